using System;
using System.Runtime.InteropServices;
using NetVips;

namespace Cim.Vulkan.Data;

/// <summary>
/// Decodes pictures to 8-bit sRGB with three channels. EXIF orientation is applied; gray, palette, CMYK and 16-bit pictures are converted;
/// alpha is composed over black (dropping it would show whatever colour hides under transparent pixels); of an animation the first frame is
/// taken; embedded RGB profiles are ignored, as in the common training pipelines. Truncated and damaged files are refused, not padded with gray.
/// </summary>
public static class ImageDecoder
{
    /// <summary>The default limit in pixels: a forged header can ask for gigabytes from a file of a few bytes.</summary>
    public const long DefaultMaximumPixels = 100_000_000;

    /// <summary>Decodes <paramref name="record"/> into <paramref name="target"/>; the header is read and checked against the limit first.</summary>
    /// <exception cref="ImageDecodeException">The picture cannot be decoded or is larger than <paramref name="maximumPixels"/>.</exception>
    public static void Decode(in ImageRecord record, PixelBuffer target, long maximumPixels = DefaultMaximumPixels)
    {
        if (record.IsRaw)
        {
            target.CopyFrom(record.Bytes, record.RawWidth, record.RawHeight);
            return;
        }

        if (record.Bytes.Length == 0) throw new ImageDecodeException(record.Key, "the file is empty");
        VipsRuntime.Ensure();
        try
        {
            using var encoded = Image.NewFromBuffer(record.Bytes, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
            var pixels = (long)encoded.Width * encoded.Height;
            if (pixels > maximumPixels)
                throw new ImageDecodeException(record.Key, $"{encoded.Width}x{encoded.Height} is more than the limit of {maximumPixels} pixels");
            CopyPixels(encoded, target);
        }
        catch (Exception error) when (error is VipsException or OverflowException)
        {
            throw new ImageDecodeException(record.Key, FirstLine(error), error);
        }
    }

    /// <summary>Each libvips operation costs as much as decoding a tiny picture, so those that change nothing are left out.</summary>
    private static void CopyPixels(Image encoded, PixelBuffer target)
    {
        using var upright = IsTurned(encoded) ? Upright(encoded) : null;
        var picture = upright ?? encoded;
        using var converted = IsRgb(picture) ? null : ToRgb(picture);
        var rgb = converted ?? picture;
        var memory = rgb.WriteToMemory(out var size);
        try
        {
            var storage = target.Reserve(rgb.Width, rgb.Height);
            Marshal.Copy(memory, storage, 0, checked((int)size));
        }
        finally
        {
            global::NetVips.NetVips.Free(memory);
        }
    }

    private static bool IsTurned(Image image) =>
        image.Contains("orientation") && image.Get("orientation") is int and > 1 and <= 8;

    private static Image Upright(Image image)
    {
        // Turning reads the rows out of order, which a sequential decoder cannot deliver.
        using var decoded = image.CopyMemory();
        return decoded.Autorot();
    }

    private static bool IsRgb(Image image) =>
        image is { Interpretation: Enums.Interpretation.Srgb, Format: Enums.BandFormat.Uchar, Bands: 3 };

    private static Image ToRgb(Image image)
    {
        using var converted = image.Colourspace(Enums.Interpretation.Srgb);
        using var opaque = converted.HasAlpha() ? converted.Flatten() : converted.Copy();
        using var bytes = opaque.Cast(Enums.BandFormat.Uchar);
        return bytes.ExtractBand(0, n: 3);
    }

    /// <summary>libvips reports several lines, the first of which names the cause.</summary>
    private static string FirstLine(Exception error)
    {
        var text = (error.InnerException?.Message ?? error.Message).Trim();
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 1 && lines[0].StartsWith("unable to call", StringComparison.Ordinal) ? $"{lines[0]}: {lines[1]}" : lines[0];
    }
}
