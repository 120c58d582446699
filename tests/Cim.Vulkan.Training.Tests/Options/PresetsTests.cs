using System.Collections.Generic;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Options;

[TestFixture]
public sealed class PresetsTests
{
    private static IReadOnlyList<string> Names => Presets.Names;

    private static IReadOnlyList<string> TokenizerNames => Presets.TokenizerNames;

    [TestCaseSource(nameof(Names))]
    public void A_preset_lacks_nothing_but_paths(string name)
    {
        CimPretrainOptions options = Presets.Pretraining(name) with { Data = "data", Out = "out" };
        PretrainMethod method = PretrainMethod.Of(options.Method);
        Assert.That(Presets.TokenizerFor(name) is not null, Is.EqualTo(method.NeedsTokenizer), "names the tokenizer that it is meant for");
        DiscreteVaeOptions? tokenizer = Presets.TokenizerFor(name) is { } recipe ? TokenizerFile.OptionsOf(Presets.Tokenizer(recipe)) : null;
        if (tokenizer is not null) options = options with { Tokenizer = "tokenizer", TokenizerImageSize = options.GridSize * tokenizer.Downsampling };
        Assert.That(options.Validate(), Is.Empty);
        Assert.That(Presets.DescriptionOf(name), Is.Not.Empty);
        Assert.That(name.Split('-'), Has.Some.EqualTo(method.Kind == PretrainMethodKind.Cim ? options.Objective.ToString().ToLowerInvariant() : method.Name));
        Assert.That(() => method.Declare(options, tokenizer), Throws.Nothing);
    }

    [TestCaseSource(nameof(TokenizerNames))]
    public void A_tokenizer_preset_lacks_nothing_but_paths(string name)
    {
        Assert.That((Presets.Tokenizer(name) with { Data = "data", Out = "out" }).Validate(), Is.Empty);
        Assert.That(Presets.TokenizerDescriptionOf(name), Is.Not.Empty);
    }

    [Test]
    public void The_tokenizer_of_DALL_E_has_its_published_sizes()
    {
        var set = new Graph.ParameterSet("tokenizer");
        _ = new DiscreteVae(set, TokenizerFile.OptionsOf(Presets.Tokenizer("dalle")));
        Assert.That(set.Count, Is.EqualTo(53_786_240 + 43_829_766));
    }

    [Test]
    public void The_preset_of_BEiT_has_its_published_network_and_masks()
    {
        CimPretrainOptions options = Presets.Pretraining("beit-b16");
        PretrainModels models = PretrainMethod.Of(options.Method).Declare(options, new DiscreteVaeOptions());
        Assert.That(models.Enhancer.Parameters["rel_pos_bias.relative_position_bias_table"].Shape, Is.EqualTo(new Graph.Shape(732, 12)));
        Assert.That(models.Enhancer.Parameters["lm_head.weight"].Shape, Is.EqualTo(new Graph.Shape(768, 8192)).Or.EqualTo(new Graph.Shape(8192, 768)));
        Assert.That(models.Enhancer.Parameters.Parameters, Has.None.Property("Name").EqualTo("pos_embed"));
        Assert.That((options.Masking.ToMaskOptions(14, 14).MaximumCount, options.Masking.Kind), Is.EqualTo((75, Data.MaskKind.Blockwise)));
    }

    // Sizes of the small BEiT beside each enhancer: depth 4, the width of a ViT, that of a ViT-S beside a ResNet.
    [TestCase("vit-s16-revdet", 384, 6)]
    [TestCase("vit-b16-respix", 768, 12)]
    [TestCase("resnet50-revdet", 384, 6)]
    public void The_generator_of_a_paper_preset_is_a_small_BEiT(string name, int width, int heads)
    {
        GeneratorOptions generator = Presets.Pretraining(name).Generator;
        Assert.That((generator.Depth, generator.Width, generator.Heads), Is.EqualTo((4, width, heads)));
        Assert.That(Presets.TokenizerFor(name), Is.EqualTo("dalle"));
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
    public void The_beginning_of_names_is_refused_with_all_of_them() =>
        Assert.That(() => Presets.Pretraining("vit-b16"), Throws.TypeOf<OptionsException>().With.Message.EndsWith("did you mean vit-b16-denoise or vit-b16-respix or vit-b16-revdet?"));

    [Test]
    public void A_learning_rate_for_a_reference_batch_follows_the_pictures_of_a_step()
    {
        OptimizerOptions optimizer = Presets.Pretraining("vit-b16-revdet").Optimizer;
        Assert.That(optimizer.Schedule(1000, 2048).At(33), Is.EqualTo(1.5e-3).Within(1e-5));
        Assert.That(optimizer.Schedule(1000, 64).At(33), Is.EqualTo(1.5e-3 * 64 / 2048).Within(1e-6));
        Assert.That((optimizer with { ReferenceBatch = null }).Schedule(1000, 64).At(33), Is.EqualTo(1.5e-3).Within(1e-5));
    }
}
