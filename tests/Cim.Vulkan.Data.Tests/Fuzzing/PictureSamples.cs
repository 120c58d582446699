using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using NetVips;

namespace Cim.Vulkan.Data.Tests.Fuzzing;

/// <summary>Whole pictures of every format and kind that is read, to be damaged.</summary>
internal static class PictureSamples
{
    /// <summary>Made on the spot.</summary>
    public static List<byte[]> Make()
    {
        using var rgb = Noise(37, 29, 3, Enums.Interpretation.Srgb);
        using var rgba = Noise(21, 33, 4, Enums.Interpretation.Srgb);
        using var gray = Noise(40, 24, 1, Enums.Interpretation.Bw);
        using var cmyk = Noise(24, 24, 4, Enums.Interpretation.Cmyk);
        using var deep = rgb.Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Rgb16);
        using var film = Noise(16, 48, 3, Enums.Interpretation.Srgb).Mutate(image =>
        {
            image.Set(GValue.GIntType, "page-height", 16);
            image.Set(GValue.ArrayIntType, "delay", new[] { 10, 10, 10 });
        });
        using var turned = rgb.Mutate(image => image.Set(GValue.GIntType, "orientation", 6));
        return
        [
            rgb.JpegsaveBuffer(q: 80), rgb.JpegsaveBuffer(interlace: true), gray.JpegsaveBuffer(), cmyk.JpegsaveBuffer(), turned.JpegsaveBuffer(),
            rgb.JpegsaveBuffer(restartInterval: 2, optimizeCoding: true), rgb.PngsaveBuffer(), rgba.PngsaveBuffer(interlace: true), gray.PngsaveBuffer(bitdepth: 1), deep.PngsaveBuffer(),
            rgba.PngsaveBuffer(palette: true), rgb.WebpsaveBuffer(), rgba.WebpsaveBuffer(lossless: true), film.WebpsaveBuffer(), rgba.GifsaveBuffer(), film.GifsaveBuffer(interlace: true),
            rgb.TiffsaveBuffer(), rgb.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw), deep.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate),
            rgb.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg), rgba.TiffsaveBuffer(tile: true, tileWidth: 16, tileHeight: 16, bigtiff: true), cmyk.TiffsaveBuffer(),
            TestBitmaps.Make(8, 13, 9), TestBitmaps.Make(24, 13, 9), TestBitmaps.Make(32, 13, 9),
        ];
    }

    /// <summary>The small ones among the awkward files beside the repository; none where they are absent.</summary>
    public static IEnumerable<byte[]> Found(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => new FileInfo(path).Length is > 0 and < 12_000 && !path.EndsWith(".jsonl", StringComparison.Ordinal)).Select(File.ReadAllBytes);

    private static Image Noise(int width, int height, int bands, Enums.Interpretation interpretation)
    {
        var pixels = TestPictures.Pixels(width, height, bands, (x, y, band) => (byte)(7 * x + 5 * y + 60 * band + x * y % 11));
        using var image = Image.NewFromMemory(pixels, width, height, bands, Enums.BandFormat.Uchar);
        return image.Copy(interpretation: interpretation);
    }
}
