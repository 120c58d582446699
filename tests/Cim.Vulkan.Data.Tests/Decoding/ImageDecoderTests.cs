using System;
using System.IO;
using NetVips;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Decoding;

public sealed class ImageDecoderTests
{
    [Test]
    public void A_lossless_picture_decodes_to_its_pixels()
    {
        var pixels = TestPictures.Gradient(7, 5, 1);
        var picture = TestPictures.Decode(TestPictures.EncodePng(pixels, 7, 5, 3));
        Assert.That((picture.Width, picture.Height), Is.EqualTo((7, 5)));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(pixels));
    }

    [Test]
    public void Gray_becomes_three_equal_channels()
    {
        var picture = TestPictures.Decode(TestPictures.EncodePng([10, 200], 2, 1, 1));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(new byte[] { 10, 10, 10, 200, 200, 200 }));
    }

    [Test]
    public void Alpha_is_composed_over_black()
    {
        var picture = TestPictures.Decode(TestPictures.EncodePng([200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128], 3, 1, 4));
        Assert.That(picture.Pixels.ToArray(), Is.EqualTo(new byte[] { 200, 100, 50, 0, 0, 0, 100, 50, 25 }).Within(1));
    }

    [Test]
    public void Sixteen_bits_keep_their_upper_eight()
    {
        using var deep = Image.NewFromMemory(new ushort[] { 0x1234, 0x8000, 0xFFFF }, 1, 1, 3, Enums.BandFormat.Ushort);
        using var named = deep.Copy(interpretation: Enums.Interpretation.Rgb16);
        Assert.That(TestPictures.Decode(named.PngsaveBuffer()).Pixels.ToArray(), Is.EqualTo(new byte[] { 0x12, 0x80, 0xFF }));
    }

    [Test]
    public void Sixteen_bits_with_alpha_are_composed_too()
    {
        using var deep = Image.NewFromMemory(new ushort[] { 0x4000, 0x8000, 0xFFFF, 0x8000 }, 1, 1, 4, Enums.BandFormat.Ushort);
        using var named = deep.Copy(interpretation: Enums.Interpretation.Rgb16);
        Assert.That(TestPictures.Decode(named.PngsaveBuffer()).Pixels.ToArray(), Is.EqualTo(new byte[] { 0x20, 0x40, 0x80 }).Within(1));
    }

    [Test]
    public void The_first_frame_of_an_animation_is_taken()
    {
        var pixels = TestPictures.Pixels(4, 8, 3, (_, y, band) => (byte)(y < 4 == (band == 0) ? 255 : 0));
        using var frames = Image.NewFromMemory(pixels, 4, 8, 3, Enums.BandFormat.Uchar);
        using var animation = frames.Copy(interpretation: Enums.Interpretation.Srgb).Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", 4));
        var picture = TestPictures.Decode(animation.WebpsaveBuffer(lossless: true));
        Assert.That((picture.Width, picture.Height), Is.EqualTo((4, 4)));
        Assert.That(picture.Pixels[..3].ToArray(), Is.EqualTo(new byte[] { 255, 0, 0 }));
    }

    [TestCase(3)]
    [TestCase(5)]
    [TestCase(7)]
    [TestCase(8)]
    public void Exif_orientations_show_the_same_upright_picture(int orientation)
    {
        var folder = SharedData.Require("bad-images/jpeg-exif-orientation");
        var upright = TestPictures.Decode(File.ReadAllBytes(Path.Combine(folder, "hopper_orientation_2.jpg")));
        var path = Path.Combine(folder, $"hopper_orientation_{orientation}.jpg");
        var picture = TestPictures.Decode(File.ReadAllBytes(path));
        Assert.That((picture.Width, picture.Height), Is.EqualTo((upright.Width, upright.Height)));
        var difference = 0.0;
        for (var i = 0; i < upright.Pixels.Length; i++) difference += Math.Abs(upright.Pixels[i] - picture.Pixels[i]);
        Assert.That(difference / upright.Pixels.Length, Is.LessThan(6), "mean difference in gray levels");
    }

    [Test]
    public void More_pixels_than_the_limit_are_refused_by_the_header()
    {
        var record = new ImageRecord("large", -1, TestPictures.EncodePng(TestPictures.Gradient(20, 10, 0), 20, 10, 3));
        var buffer = new PixelBuffer();
        Assert.That(() => ImageDecoder.Decode(record, buffer, maximumPixels: 199), Throws.TypeOf<ImageDecodeException>().With.Message.Contains("20x10"));
        Assert.That(() => ImageDecoder.Decode(record, buffer, maximumPixels: 200), Throws.Nothing);
    }

    [Test]
    public void A_truncated_picture_is_refused()
    {
        var jpeg = TestPictures.EncodeJpeg(TestPictures.Gradient(64, 64, 0), 64, 64);
        Assert.That(() => TestPictures.Decode(jpeg[..(jpeg.Length / 2)]), Throws.TypeOf<ImageDecodeException>());
    }

    [Test]
    public void What_is_no_picture_is_refused_in_one_line_with_its_key()
    {
        foreach (var bytes in new byte[][] { [], [1, 2, 3], "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray() })
        {
            Assert.That(
                () => TestPictures.Decode(bytes),
                Throws.TypeOf<ImageDecodeException>().With.Message.Contains("'test'").And.Message.Not.Contains("\n"));
        }
    }
}
