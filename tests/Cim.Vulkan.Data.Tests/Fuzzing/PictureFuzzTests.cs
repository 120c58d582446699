using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Fuzzing;

/// <summary>Damaged pictures: decoded or refused by one typed line, in bounded time and memory. The full count is 100,000, a factor of 100.</summary>
public sealed class PictureFuzzTests
{
    private const int UsualCount = 1000;

    [Test]
    public void Damaged_pictures_are_decoded_or_refused() => Run("pictures", PictureSamples.Make());

    [Test]
    public void Awkward_pictures_damaged_further_are_decoded_or_refused() =>
        Run("awkward-pictures", [.. PictureSamples.Found(SharedData.Require("bad-images"))]);

    private static void Run(string name, List<byte[]> samples)
    {
        Assert.That(samples.Count(sample => Decodes(sample)), Is.GreaterThan(20), "the samples themselves");
        using var run = new FuzzRun(name, timeLimit: TimeSpan.FromSeconds(10), allocationLimitBytes: 4L * ImageDecoder.DefaultMaximumPixels);
        var count = FuzzRun.Count(UsualCount / 2);
        for (var number = 0; number < count; number++) run.Try(number, Damage(samples, number), bytes => Decodes(bytes));
        run.Finish(peakGrowthLimitBytes: 1300L << 20);
    }

    private static byte[] Damage(List<byte[]> samples, int number)
    {
        var random = new Random(number);
        var (sample, other) = (samples[random.Next(samples.Count)], samples[random.Next(samples.Count)]);
        var bytes = new ByteMutator(random).Mutate(sample, other);
        if (random.Next(4) != 0) PngChecksums.MendIfPng(bytes);
        return bytes;
    }

    private static bool Decodes(byte[] bytes)
    {
        var picture = new PixelBuffer();
        try
        {
            ImageDecoder.Decode(new ImageRecord("damaged", -1, bytes), picture);
        }
        catch (ImageDecodeException error)
        {
            Assert.That(error.Message, Does.StartWith("picture 'damaged' cannot be used: ").And.Not.Contain("\n"));
            return false;
        }

        Assert.That(picture.Pixels.Length, Is.EqualTo(3 * picture.Width * picture.Height).And.Positive);
        return true;
    }
}
