using System;
using System.Runtime.InteropServices;
using System.Threading;
using NetVips;

namespace Cim.Vulkan.Data;

/// <summary>
/// Decodes pictures to 8-bit sRGB with three channels. EXIF orientation is applied; gray, palette, CMYK and 16-bit pictures are converted;
/// alpha is composed over black (dropping it would show whatever colour hides under transparent pixels); of an animation the first frame is
/// taken; embedded RGB profiles are ignored, as in the common training pipelines. Truncated and damaged files are refused, not padded with gray.
/// What a file is, its bytes decide, not its name.
/// </summary>
public static class ImageDecoder
{
    /// <summary>The default limit in pixels: a forged header can ask for gigabytes from a file of a few bytes.</summary>
    public const long DefaultMaximumPixels = 100_000_000;

    /// <summary>The greatest limit in pixels that may be asked for: decoded pictures lie in one array of less than 2 GiB.</summary>
    public const long GreatestMaximumPixels = 700_000_000;

    /// <summary>No training picture has a larger file; a forged size must not become an allocation.</summary>
    internal const int MaximumFileBytes = 256 << 20;

    // libvips collects the text of errors in one place for all threads. Decoding shares this lock; who failed takes it alone and decodes
    // once more, so that a picture is never named with the reason of another.
    private static readonly ReaderWriterLockSlim ErrorText = new(LockRecursionPolicy.NoRecursion);

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
        if (PictureFormat.IsBitmap(record.Bytes)) BitmapFile.Decode(record.Key, record.Bytes, target, maximumPixels);
        else if (PictureFormat.IsForVips(record.Bytes)) DecodeByVips(record, target, maximumPixels);
        else throw new ImageDecodeException(record.Key, PictureFormat.DescribeOther(record.Bytes));
    }

    internal static ImageDecodeException TooLarge(string key, long width, long height, long maximumPixels) =>
        new(key, $"{width}x{height} is more than the limit of {maximumPixels} pixels; make it smaller or raise the limit");

    private static void DecodeByVips(in ImageRecord record, PixelBuffer target, long maximumPixels)
    {
        VipsRuntime.Ensure();
        try
        {
            ErrorText.EnterReadLock();
            try
            {
                TryDecode(record, target, maximumPixels);
            }
            finally
            {
                ErrorText.ExitReadLock();
            }
        }
        catch (VipsException error)
        {
            DecodeAlone(record, target, maximumPixels, error);
        }
    }

    private static void DecodeAlone(in ImageRecord record, PixelBuffer target, long maximumPixels, VipsException first)
    {
        ErrorText.EnterWriteLock();
        try
        {
            TryDecode(record, target, maximumPixels);
        }
        catch (VipsException error)
        {
            throw new ImageDecodeException(record.Key, ReasonOf(error), first);
        }
        finally
        {
            ErrorText.ExitWriteLock();
        }
    }

    private static void TryDecode(in ImageRecord record, PixelBuffer target, long maximumPixels)
    {
        using var encoded = Image.NewFromBuffer(record.Bytes, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        if ((long)encoded.Width * encoded.Height > maximumPixels) throw TooLarge(record.Key, encoded.Width, encoded.Height, maximumPixels);
        CopyPixels(encoded, target);
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

    /// <summary>libvips reports several lines: first the operation that failed, then the cause, then what followed from it.</summary>
    private static string ReasonOf(VipsException error)
    {
        var text = error.InnerException?.Message ?? error.Message;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var cause = Array.Find(lines, line => !line.StartsWith("unable to ", StringComparison.Ordinal));
        return cause is null ? "it is damaged" : $"it is damaged or of an unusual kind ({cause})";
    }
}
