using System;
using System.IO;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Decoding;

/// <summary>Every kind of PNG against a decoder of its own: gray, gray with alpha, palette, transparent colours, 1 to 16 bits, interlaced.</summary>
public sealed class PngSuiteTests
{
    [TestCase("png-suite", 90)]
    [TestCase("png-16bit", 2)]
    [TestCase("png-palette-trns", 5)]
    [TestCase("apng", 2)]
    public void Pixels_equal_those_of_a_second_decoder(string kind, int least)
    {
        var files = Directory.GetFiles(SharedData.Require($"bad-images/{kind}"), "*.png").Order(StringComparer.Ordinal).ToArray();
        Assert.That(files, Has.Length.GreaterThanOrEqualTo(least));
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            var (expected, picture) = (ReferencePng.Decode(bytes), TestPictures.Decode(bytes));
            Assert.That((picture.Width, picture.Height), Is.EqualTo((expected.Width, expected.Height)), file);
            // The lower half of 16 bits is cut, and the product with alpha cut again.
            var worst = 0.0;
            for (var i = 0; i < expected.Pixels.Length; i++) worst = Math.Max(worst, Math.Abs(picture.Pixels[i] - expected.Pixels[i]));
            Assert.That(worst, Is.LessThan(1.6), file);
        }
    }
}
