using System;
using System.Buffers.Binary;
using System.Text;
using Cim.Vulkan.Data.Tests.Fuzzing;
using NetVips;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Decoding;

/// <summary>Kinds of pictures, forged headers and blocked formats, all made on the spot.</summary>
public sealed class PictureKindTests
{
    [TestCase(1, "abcdef")]
    [TestCase(2, "cbafed")]
    [TestCase(3, "fedcba")]
    [TestCase(4, "defabc")]
    [TestCase(5, "adbecf")]
    [TestCase(6, "daebfc")]
    [TestCase(7, "fcebda")]
    [TestCase(8, "cfbead")]
    public void An_exif_orientation_turns_the_picture_upright(int orientation, string expected)
    {
        // Stored as abc over def, in blocks of 16 pixels that JPEG keeps nearly as they are.
        var stored = TestPictures.Pixels(48, 32, 3, (x, y, _) => (byte)(40 * (x / 16 + 3 * (y / 16))));
        var picture = TestPictures.Decode(WithOrientation(TestPictures.EncodeJpeg(stored, 48, 32), orientation));
        Assert.That((picture.Width, picture.Height), Is.EqualTo(orientation < 5 ? (48, 32) : (32, 48)));
        var columns = picture.Width / 16;
        for (var block = 0; block < 6; block++)
        {
            var (x, y) = (block % columns * 16 + 8, block / columns * 16 + 8);
            Assert.That((int)picture.Pixels[3 * (y * picture.Width + x)], Is.EqualTo(40 * (expected[block] - 'a')).Within(3), $"block {block}");
        }
    }

    [Test]
    public void Gray_with_alpha_is_composed_over_black() =>
        Assert.That(TestPictures.Decode(TestPictures.EncodePng([200, 255, 200, 0, 200, 128], 3, 1, 2)).Pixels.ToArray(), Is.EqualTo(new byte[] { 200, 200, 200, 0, 0, 0, 100, 100, 100 }).Within(1));

    [Test]
    public void A_palette_gives_its_colours()
    {
        byte[] pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
        using var image = Image.NewFromMemory(pixels, 2, 2, 3, Enums.BandFormat.Uchar);
        using var named = image.Copy(interpretation: Enums.Interpretation.Srgb);
        Assert.That(TestPictures.Decode(named.PngsaveBuffer(palette: true, dither: 0)).Pixels.ToArray(), Is.EqualTo(pixels).Within(8));
    }

    [Test]
    public void Cmyk_gives_colours_and_not_their_opposites()
    {
        // White, black, cyan, yellow in ink.
        byte[] ink = [0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 255, 0];
        using var image = Image.NewFromMemory(ink, 4, 1, 4, Enums.BandFormat.Uchar);
        using var large = image.Copy(interpretation: Enums.Interpretation.Cmyk).Zoom(16, 16);
        foreach (var file in new[] { large.JpegsaveBuffer(q: 95), large.TiffsaveBuffer() })
        {
            var picture = TestPictures.Decode(file);
            int At(int column, int band) => picture.Pixels[3 * (8 * picture.Width + 16 * column + 8) + band];
            Assert.That((At(0, 0), At(0, 1), At(0, 2)), Is.EqualTo((255, 255, 255)));
            Assert.That(At(1, 0) + At(1, 1) + At(1, 2), Is.LessThan(200), "black");
            Assert.That(At(2, 2) - At(2, 0), Is.GreaterThan(100), "cyan has blue and no red");
            Assert.That(At(3, 0) - At(3, 2), Is.GreaterThan(100), "yellow has red and no blue");
        }
    }

    [TestCase(Enums.ForeignTiffCompression.None)]
    [TestCase(Enums.ForeignTiffCompression.Lzw)]
    [TestCase(Enums.ForeignTiffCompression.Deflate)]
    public void A_tiff_decodes_to_its_pixels(Enums.ForeignTiffCompression compression)
    {
        var pixels = TestPictures.Gradient(33, 21, 5);
        using var image = Image.NewFromMemory(pixels, 33, 21, 3, Enums.BandFormat.Uchar);
        using var named = image.Copy(interpretation: Enums.Interpretation.Srgb);
        Assert.That(TestPictures.Decode(named.TiffsaveBuffer(compression: compression)).Pixels.ToArray(), Is.EqualTo(pixels));
    }

    [TestCase("P6\n2 1\n255\nabcdef", "PNM")]
    [TestCase("P1\n2 1\n0 1\n", "PNM")]
    [TestCase("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "SVG")]
    [TestCase("%PDF-1.4\n%%EOF", "a PDF")]
    [TestCase("#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\nabcd", "Radiance")]
    [TestCase("SIMPLE  =                    T", "FITS")]
    [TestCase("8BPS\0\u0001", "Photoshop")]
    [TestCase("\0\0\u0001\0\u0001\0", "an icon")]
    [TestCase("\0\0\0\u0018ftypheic\0\0\0\0", "HEIC")]
    [TestCase("<!DOCTYPE html><html>404</html>", "download failed")]
    [TestCase("version https://git-lfs.github.com/spec/v1\n", "git lfs pull")]
    [TestCase("2 2\n1 2\n3 4\n", "none of JPEG, PNG")]
    public void Blocked_formats_are_named_with_how_to_mend_it(string content, string name) =>
        Assert.That(() => TestPictures.Decode(Encoding.Latin1.GetBytes(content)), Throws.TypeOf<ImageDecodeException>().With.Message.Contains(name));

    [TestCase("ppmload_buffer", "P6\n2 1\n255\nabcdef")]
    [TestCase("matrixload_buffer", "2 2\n1 2\n3 4\n")]
    public void Untrusted_loaders_of_libvips_are_blocked_too(string loader, string content)
    {
        TestPictures.Decode(TestPictures.EncodePng([1], 1, 1, 1));
        Assert.That(() => Operation.Call(loader, Encoding.Latin1.GetBytes(content)), Throws.TypeOf<VipsException>(), "called by name");
        Assert.That(() => Image.NewFromBuffer(Encoding.Latin1.GetBytes(content)), Throws.TypeOf<VipsException>(), "found by content");
    }

    [Test]
    public void A_forged_png_header_costs_nothing()
    {
        var file = TestPictures.EncodePng(TestPictures.Gradient(20, 10, 0), 20, 10, 3);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), 65500);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), 65500);
        PngChecksums.MendIfPng(file);
        AssertRefusedForNothing(file);
    }

    [Test]
    public void A_forged_jpeg_header_costs_nothing()
    {
        var file = TestPictures.EncodeJpeg(TestPictures.Gradient(20, 10, 0), 20, 10);
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), 65500);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), 65500);
        AssertRefusedForNothing(file);
    }

    [Test]
    public void A_name_that_would_steer_a_terminal_is_printed_harmlessly()
    {
        var error = new ImageDecodeException("a\u001b[2Jb\r\n" + new string('x', 9000), "because\u0007");
        Assert.That(error.Message, Does.Contain("a?[2Jb??").And.Contain("because?").And.Length.LessThan(400));
    }

    private static void AssertRefusedForNothing(byte[] file)
    {
        var (picture, record) = (new PixelBuffer(), new ImageRecord("forged", -1, file));
        var (before, peak) = (GC.GetAllocatedBytesForCurrentThread(), Stats.MemHighwater);
        Assert.That(() => ImageDecoder.Decode(record, picture), Throws.TypeOf<ImageDecodeException>().With.Message.Contains("65500x65500 is more than the limit of 100000000 pixels"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20), "managed bytes");
        Assert.That(Stats.MemHighwater - peak, Is.LessThan(1 << 20), "bytes of libvips");
    }

    /// <summary>An EXIF segment with nothing but an orientation, right after the start marker.</summary>
    private static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif = [.. "Exif\0\0MM\0*\0\0\0\u0008\0\u0001\u0001\u0012\0\u0003\0\0\0\u0001\0"u8, (byte)orientation, 0, 0, 0, 0, 0, 0];
        return [.. jpeg.AsSpan(0, 2), 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg.AsSpan(2)];
    }
}
