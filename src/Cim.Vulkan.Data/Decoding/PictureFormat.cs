using System;

namespace Cim.Vulkan.Data;

/// <summary>Tells by its first bytes what a file is, whatever its name says.</summary>
internal static class PictureFormat
{
    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> Icon => [0, 0, 1, 0];

    private static ReadOnlySpan<byte> OpenExr => [0x76, 0x2F, 0x31, 0x01];

    /// <summary>Whether the bytes begin like one of the formats that libvips may be asked for: JPEG, PNG, GIF, WebP, TIFF, AVIF.</summary>
    public static bool IsForVips(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(Jpeg) || bytes.StartsWith(Png) || bytes.StartsWith("GIF8"u8) || IsWebp(bytes) || IsTiff(bytes) || BrandOf(bytes) is "avif" or "avis";

    /// <summary>Whether the bytes begin like a Windows bitmap.</summary>
    public static bool IsBitmap(ReadOnlySpan<byte> bytes) => bytes.StartsWith("BM"u8);

    /// <summary>What the file is instead of a picture that is read, with how to mend it.</summary>
    public static string DescribeOther(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\t', (byte)'\r', (byte)'\n']);
        if (text.StartsWith("version https://git-lfs"u8)) return "it is a Git LFS pointer, not the picture itself; fetch it with `git lfs pull`";
        if (StartsWithLetters(text, "<!doctype html"u8) || StartsWithLetters(text, "<html"u8)) return "it is a web page, so its download failed; fetch it again";
        return KindOf(bytes, text) is { } kind
            ? $"it is {kind}, which is not read; convert it to JPEG or PNG"
            : "it is none of JPEG, PNG, WebP, GIF, TIFF, AVIF and BMP; remove it or convert it to one of these";
    }

    private static string? KindOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("<svg"u8) || text.StartsWith("<?xml"u8)) return "SVG";
        if (text.StartsWith("%PDF"u8)) return "a PDF";
        if (text.StartsWith("%!PS"u8)) return "PostScript";
        if (bytes.StartsWith("8BPS"u8)) return "a Photoshop file";
        if (bytes.StartsWith(OpenExr)) return "OpenEXR";
        if (bytes.StartsWith("#?RADIANCE"u8) || bytes.StartsWith("#?RGBE"u8)) return "Radiance HDR";
        if (bytes.StartsWith("SIMPLE  ="u8)) return "FITS";
        if (bytes.StartsWith(Icon)) return "an icon";
        if (bytes.Length > 2 && bytes[0] == 'P' && bytes[1] is >= (byte)'1' and <= (byte)'7' && bytes[2] is (byte)'\n' or (byte)' ' or (byte)'\r') return "PNM (PBM, PGM, PPM)";
        if (bytes.Length >= 12 && bytes[4..8].SequenceEqual("jP  "u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51])) return "JPEG 2000";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || bytes.Length >= 12 && bytes[4..8].SequenceEqual("JXL "u8)) return "JPEG XL";
        return BrandOf(bytes) is { Length: > 0 } brand ? brand is "heic" or "heix" or "mif1" or "msf1" or "hevc" ? "HEIC" : "a film or another ISO media file" : null;
    }

    private static bool IsWebp(ReadOnlySpan<byte> bytes) => bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);

    private static bool IsTiff(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && (bytes.StartsWith("II"u8) && bytes[2] is 42 or 43 && bytes[3] == 0 || bytes.StartsWith("MM"u8) && bytes[2] == 0 && bytes[3] is 42 or 43);

    /// <summary>The main brand of an ISO media file, empty where it is none.</summary>
    private static string BrandOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8) ? System.Text.Encoding.Latin1.GetString(bytes[8..12]) : "";

    private static bool StartsWithLetters(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lowerCase)
    {
        if (text.Length < lowerCase.Length) return false;
        for (var i = 0; i < lowerCase.Length; i++)
        {
            if (char.ToLowerInvariant((char)text[i]) != lowerCase[i]) return false;
        }

        return true;
    }
}
