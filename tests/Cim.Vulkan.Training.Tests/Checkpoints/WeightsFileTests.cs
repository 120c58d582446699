using System.Text.Json;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

public sealed class WeightsFileTests
{
    private static readonly PhysicalFileSystem Disk = new();

    [Test]
    public void Kind_configuration_and_weights_come_back()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("tokenizer.safetensors");
        WeightsFile.Save(Disk, path, "dvae-tokenizer", OptionsJson.ToJson(new TokenizerTrainingOptions { VocabularySize = 512 }), [NamedTensor.Of("w", [1], [7f])]);
        using WeightsFile file = WeightsFile.Open(path, "dvae-tokenizer");
        Assert.That(OptionsJson.ToTokenizerOptions(file.Config).VocabularySize, Is.EqualTo(512));
        Assert.That(file.Tensors.ReadFloats("w"), Is.EqualTo(new[] { 7f }));
    }

    [Test]
    public void Another_kind_is_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("x.safetensors");
        WeightsFile.Save(Disk, path, "enhancer", JsonElement.Parse("{}"), [NamedTensor.Of("w", [1], [7f])]);
        Assert.That(() => WeightsFile.Open(path, "dvae-tokenizer"), Throws.TypeOf<SafetensorsException>().With.Message.Contains("holds weights of the kind 'enhancer', 'dvae-tokenizer' is needed"));
    }

    [Test]
    public void A_plain_safetensors_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(Disk, folder.File("x"), [NamedTensor.Of("w", [1], [7f])]);
        Assert.That(() => WeightsFile.Open(folder.File("x"), "dvae-tokenizer"), Throws.TypeOf<SafetensorsException>().With.Message.Contains("no stated kind"));
    }
}
