using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Models;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>Weights of others as safetensors under the names here.</summary>
public sealed class WeightsConversionTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void Delete() => _folder.Dispose();

    [TestCase("encoder.pkl", "decoder.pkl")]
    [TestCase("decoder_zip.pt", "encoder.pkl")]
    public void Two_halves_of_a_DALL_E_become_a_tokenizer_that_a_run_accepts(string first, string second)
    {
        string path = Path.Combine(_folder.Path, $"{first}.safetensors");
        IReadOnlyList<string> lines = WeightsConversion.Run(new WeightsConversionOptions { Files = [TestFiles.Path(first), TestFiles.Path(second)], To = path });
        Assert.That(lines.Single(), Does.Contain("a tokenizer of 16 codes, 8 pixels a side to a token"));
        using WeightsFile tokenizer = TokenizerFile.Open(path);
        TokenizerFile.RequireSizes(tokenizer);
        Assert.That(TokenizerFile.OptionsOf(tokenizer), Is.EqualTo(new DiscreteVaeOptions { HiddenWidth = 4, InitWidth = 2, VocabularySize = 16 }));
        Assert.That(tokenizer.Tensors.ReadFloats("decoder.blocks.input.b"), Is.EqualTo(TestFiles.Filled(2, 1)));
    }

    [Test]
    public void Two_encoders_are_no_tokenizer()
    {
        string encoder = TestFiles.Path("encoder.pkl");
        Assert.That(() => WeightsConversion.Run(new WeightsConversionOptions { Files = [encoder, encoder], To = Path.Combine(_folder.Path, "none.safetensors") }),
            Throws.TypeOf<WeightsException>().With.Message.Contains("one dalle-encoder and one dalle-decoder"));
    }

    [Test]
    public void A_network_that_nobody_knows_keeps_names_and_types()
    {
        string path = Path.Combine(_folder.Path, "tensors.safetensors");
        WeightsConversion.Run(new WeightsConversionOptions { Files = [TestFiles.Path("tensors.pt")], To = path });
        using var before = WeightsSource.Open(TestFiles.Path("tensors.pt"));
        using var after = WeightsSource.Open(path);
        foreach (WeightTensor tensor in before.Tensors)
        {
            Assert.That(after[tensor.Name].Type, Is.EqualTo(tensor.Type));
            Assert.That(after.ReadBytes(after[tensor.Name]), Is.EqualTo(before.ReadBytes(tensor)), tensor.Name);
        }
    }

    [Test]
    public void A_real_network_is_converted_without_its_head()
    {
        string path = Path.Combine(_folder.Path, "resnet20.safetensors");
        IReadOnlyList<string> lines = WeightsConversion.Run(new WeightsConversionOptions { Files = [TestFiles.RequireShared("weights/resnet-cifar10/resnet20-12fca82f.th")], To = path, DropHead = true });
        Assert.That(lines, Has.Some.EqualTo("head dropped: linear.weight, linear.bias"));
        using var source = WeightsSource.Open(path);
        Assert.That(source.Metadata[WeightsConversion.ArchitectureKey], Is.EqualTo("resnet"));
        Assert.That(source.Tensors.Select(tensor => tensor.Name), Has.Some.EqualTo("layer3.2.bn2.running_var").And.None.StartsWith("fc."));
    }

    [Test]
    public void An_inspection_says_what_is_in_a_file()
    {
        using var source = WeightsSource.Open(TestFiles.Path("encoder.pkl"));
        var inspection = WeightsInspection.Of(source);
        Assert.That(inspection.Architecture, Is.EqualTo("dalle-encoder"));
        string[] lines = [.. inspection.Lines()];
        Assert.That(lines, Has.Some.EqualTo("whole module  dall_e.encoder.Encoder"));
        Assert.That(lines, Has.Some.StartsWith("blocks.input.w ").And.Some.Contains("[4, 3, 7, 7]"));
    }
}
