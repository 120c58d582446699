using System.Collections.Generic;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Options;

[TestFixture]
public sealed class PresetsTests
{
    private static IReadOnlyList<string> Names => Presets.Names;

    [TestCaseSource(nameof(Names))]
    public void A_preset_lacks_nothing_but_paths(string name)
    {
        CimPretrainOptions options = Presets.Pretraining(name) with { Data = "data", Out = "out", Tokenizer = "tokenizer" };
        var tokenizer = new DiscreteVaeOptions { GroupCount = options.ImageSize == 32 ? 3 : 4, HiddenWidth = 8, VocabularySize = 16 };
        options = options with { TokenizerImageSize = options.GridSize * tokenizer.Downsampling };
        Assert.That(options.Validate(), Is.Empty);
        Assert.That(Presets.DescriptionOf(name), Is.Not.Empty);
        Assert.That(name, Does.EndWith(options.Objective.ToString().ToLowerInvariant()));
        Assert.That(() => new CimModels(options, tokenizer), Throws.Nothing);
    }

    [TestCase("vit-s16-revdet", 21_665_664 + 385)]
    [TestCase("vit-b16-respix", 85_798_656 + (768 * 769))]
    [TestCase("resnet50-revdet", 23_508_032 + (4 * 2049))]
    public void A_preset_of_the_paper_has_the_published_network(string name, long parameters)
    {
        // The published counts without classifier, and the head.
        var models = new CimModels(Presets.Pretraining(name), new DiscreteVaeOptions());
        Assert.That(models.Enhancer.Parameters.Count, Is.EqualTo(parameters));
    }

    [Test]
    public void An_unknown_preset_is_refused_with_the_nearest_name() =>
        Assert.That(() => Presets.Pretraining("vit-b16-resdet"), Throws.TypeOf<OptionsException>().With.Message.Contains("did you mean vit-b16-revdet?"));

    [Test]
    public void A_learning_rate_for_a_reference_batch_follows_the_pictures_of_a_step()
    {
        OptimizerOptions optimizer = Presets.Pretraining("vit-b16-revdet").Optimizer;
        Assert.That(optimizer.Schedule(1000, 2048).At(33), Is.EqualTo(1.5e-3).Within(1e-5));
        Assert.That(optimizer.Schedule(1000, 64).At(33), Is.EqualTo(1.5e-3 * 64 / 2048).Within(1e-6));
        Assert.That((optimizer with { ReferenceBatch = null }).Schedule(1000, 64).At(33), Is.EqualTo(1.5e-3).Within(1e-5));
    }
}
