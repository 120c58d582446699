using System;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Loading;

/// <summary>Whole loaders on real pictures of every layout.</summary>
public sealed class RealDataTests
{
    [TestCase("clothing", 64, 32)]
    [TestCase("tiny-imagenet-wds", 64, 64)]
    [TestCase("cifar10-bin-lossless", 32, 32)]
    [TestCase("imagenet-sample/images", 224, 112)]
    [TestCase("imagenet-sample/originals", 224, 112)]
    public void Batches_look_like_natural_pictures(string name, int imageSize, int tokenizerSize)
    {
        var source = DatasetLocator.Open(SharedData.Require(name));
        using var loader = new BatchLoader(source, new BatchLoaderOptions
        {
            BatchSize = 16,
            ImageSize = imageSize,
            TokenizerSize = tokenizerSize,
            Crop = imageSize == 32 ? new PadShift(3) { FlipProbability = 0.5 } : new RandomResizedCrop(0.2) { FlipProbability = 0.5 },
            Workers = 2,
            Strict = true,
        });
        for (var step = 0; step < 2; step++)
        {
            var batch = loader.Next();
            Assert.That(batch.Images.Min(), Is.GreaterThanOrEqualTo(0));
            Assert.That(batch.Images.Max(), Is.LessThanOrEqualTo(1));
            Assert.That(batch.Images.Average(), Is.InRange(0.25, 0.75));
            Assert.That(NeighbourDifference(batch.Images, imageSize), Is.InRange(0.002, 0.12), "natural pictures are smooth, noise is not");
            Assert.That(batch.Labels, Is.All.InRange(-1, source.ClassNames.Count - 1));
            // Both resolutions are crops of the same box: their mean colours agree picture by picture.
            for (var row = 0; row < 16; row++)
                Assert.That(MeanOfRow(batch.TokenizerImages, row), Is.EqualTo(MeanOfRow(batch.Images, row)).Within(0.01), $"row {row}");
        }
    }

    private static double MeanOfRow(float[] images, int row)
    {
        var length = images.Length / 16;
        return images.AsSpan(row * length, length).ToArray().Average();
    }

    private static double NeighbourDifference(float[] images, int width)
    {
        var sum = 0.0;
        for (var i = 1; i < images.Length; i++) sum += i % width == 0 ? 0 : Math.Abs(images[i] - images[i - 1]);
        return sum / images.Length;
    }
}
