using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Decoding;

public sealed class BitmapFileTests
{
    [TestCase(1, 7)]
    [TestCase(4, 7)]
    [TestCase(8, 7)]
    [TestCase(24, 7)]
    [TestCase(32, 7)]
    [TestCase(24, -7)]
    public void Pixels_are_those_of_the_file(int bits, int height)
    {
        var picture = TestPictures.Decode(TestBitmaps.Make(bits, 9, height));
        Assert.That((picture.Width, picture.Height), Is.EqualTo((9, 7)));
        for (var i = 0; i < 9 * 7; i++)
        {
            var colour = TestBitmaps.ColourAt(bits, i % 9, i / 9);
            Assert.That((picture.Pixels[3 * i], picture.Pixels[3 * i + 1], picture.Pixels[3 * i + 2]), Is.EqualTo(colour), $"{i % 9}, {i / 9}");
        }
    }

    [Test]
    public void Colour_masks_are_obeyed()
    {
        var file = TestBitmaps.Make(32, 1, 1)[..54];
        byte[] masked = [.. file, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0, 1, 2, 3, 0];
        TestBitmaps.Write(masked, 10, 66);
        TestBitmaps.Write(masked, 30, 3);
        Assert.That(TestPictures.Decode(masked).Pixels.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [TestCase(18, 0, "0x7 pixels")]
    [TestCase(18, -9, "-9x7 pixels")]
    [TestCase(18, int.MaxValue, "limit of 100000000 pixels")]
    [TestCase(22, int.MinValue, "limit of 100000000 pixels")]
    [TestCase(22, 8, "truncated")]
    [TestCase(14, 3, "header claims 3 bytes")]
    [TestCase(30, 1, "compressed BMP")]
    [TestCase(46, 300, "palette claims 300 colours")]
    [TestCase(10, -1, "truncated")]
    [TestCase(46, 1, "outside of its palette")]
    public void A_lying_header_is_refused(int at, int value, string reason)
    {
        var file = TestBitmaps.Make(8, 9, 7);
        TestBitmaps.Write(file, at, value);
        Assert.That(() => TestPictures.Decode(file), Throws.TypeOf<ImageDecodeException>().With.Message.Contains(reason));
    }

    [Test]
    public void Every_truncation_is_refused()
    {
        var file = TestBitmaps.Make(4, 9, 7);
        for (var length = 0; length < file.Length; length++)
            Assert.That(() => TestPictures.Decode(file[..length]), Throws.TypeOf<ImageDecodeException>(), $"{length} bytes");
    }
}
