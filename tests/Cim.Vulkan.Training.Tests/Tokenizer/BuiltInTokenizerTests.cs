using Cim.Vulkan.Data;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Tokenizer;

public sealed class BuiltInTokenizerTests : GpuTest
{
    private const long MostBytes = 2_000_000;

    [Test]
    public void Is_small_and_says_how_it_was_trained()
    {
        using var folder = new TemporaryFolder();
        using WeightsFile file = Write(folder);
        TokenizerTrainingOptions stored = OptionsJson.ToTokenizerOptions(file.Config), stated = BuiltInTokenizer.Options;
        Assert.That(BuiltInTokenizer.LengthBytes, Is.LessThan(MostBytes));
        // A file of before there was a term by place says nothing of it.
        Assert.That(stored with { PlaceUsageWeight = 0, LogEvery = stated.LogEvery, GridEvery = stated.GridEvery, SaveEvery = stated.SaveEvery }, Is.EqualTo(stated));
    }

    [Test]
    public void Keeps_shapes_that_it_was_not_trained_on()
    {
        using var folder = new TemporaryFolder();
        using WeightsFile file = Write(folder);
        TokenizerQuality quality = TokenizerMeasurement.Measure(Device, file, new ShapesSource(validation: true), 32, pictures: 256);
        Assert.That(quality.PsnrDecibels, Is.AtLeast(18));
        Assert.That(quality.CodesUsed, Is.AtLeast(200));
        Assert.That(quality.Pictures, Is.EqualTo(256));
    }

    private static WeightsFile Write(TemporaryFolder folder)
    {
        string path = folder.File(TokenizerFile.Name);
        BuiltInTokenizer.Write(new PhysicalFileSystem(), path);
        return TokenizerFile.Open(path);
    }
}
