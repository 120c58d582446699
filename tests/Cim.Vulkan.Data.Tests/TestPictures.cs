using System;
using System.IO;
using NetVips;

namespace Cim.Vulkan.Data.Tests;

/// <summary>Small pictures made on the spot.</summary>
internal static class TestPictures
{
    /// <summary>Pixels [height, width, bands] from a function of (x, y, band).</summary>
    public static byte[] Pixels(int width, int height, int bands, Func<int, int, int, byte> value)
    {
        var pixels = new byte[width * height * bands];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = value(i / bands % width, i / bands / width, i % bands);
        return pixels;
    }

    /// <summary>Smooth colours that differ from picture to picture.</summary>
    public static byte[] Gradient(int width, int height, int number) =>
        Pixels(width, height, 3, (x, y, band) => (byte)(band == 0 ? x * 255 / width : band == 1 ? y * 255 / height : number * 37 % 256));

    public static byte[] EncodePng(byte[] pixels, int width, int height, int bands)
    {
        using var image = Image.NewFromMemory(pixels, width, height, bands, Enums.BandFormat.Uchar);
        using var named = image.Copy(interpretation: bands < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        return named.PngsaveBuffer();
    }

    public static byte[] EncodeJpeg(byte[] pixels, int width, int height)
    {
        using var image = Image.NewFromMemory(pixels, width, height, 3, Enums.BandFormat.Uchar);
        using var named = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return named.JpegsaveBuffer(q: 90);
    }

    /// <summary>Writes <paramref name="count"/> gradient pictures with names in order.</summary>
    public static void WriteFolder(string folder, int count, int width, int height, int firstNumber = 0)
    {
        Directory.CreateDirectory(folder);
        for (var i = 0; i < count; i++)
            File.WriteAllBytes(Path.Combine(folder, $"{i:D4}.jpg"), EncodeJpeg(Gradient(width, height, firstNumber + i), width, height));
    }

    public static PixelBuffer Decode(byte[] encoded)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(new ImageRecord("test", -1, encoded), buffer);
        return buffer;
    }

    public static PixelBuffer Buffer(int width, int height, Func<int, int, int, byte> value)
    {
        var buffer = new PixelBuffer();
        ImageDecoder.Decode(new ImageRecord("test", -1, Pixels(width, height, 3, value), width, height), buffer);
        return buffer;
    }
}
