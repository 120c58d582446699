using System;

namespace Cim.Vulkan.Data;

/// <summary>The pixels of a box, which may reach over the edge of its picture.</summary>
internal static class BoxPixels
{
    /// <summary>Whether all of the box lies in the picture.</summary>
    public static bool IsInside(PixelBuffer picture, in CropBox box) =>
        box.Left >= 0 && box.Top >= 0 && box.Left + box.Width <= picture.Width && box.Top + box.Height <= picture.Height;

    /// <summary>Copies the box row by row to places <paramref name="rowBytes"/> apart, mirrored beyond the edge and not flipped.</summary>
    public static void Copy(PixelBuffer picture, in CropBox box, Span<byte> target, int rowBytes)
    {
        var isInside = IsInside(picture, box);
        for (var y = 0; y < box.Height; y++)
        {
            var row = picture.Pixels.Slice(3 * picture.Width * Reflect(box.Top + y, picture.Height), 3 * picture.Width);
            var line = target.Slice(rowBytes * y, 3 * box.Width);
            if (isInside) row.Slice(3 * box.Left, 3 * box.Width).CopyTo(line);
            else for (var x = 0; x < box.Width; x++) row.Slice(3 * Reflect(box.Left + x, picture.Width), 3).CopyTo(line[(3 * x)..]);
        }
    }

    /// <summary>Mirrors at the edge pixels without repeating them: -1 becomes 1, length becomes length - 2.</summary>
    private static int Reflect(int position, int length)
    {
        if (length == 1) return 0;
        var period = 2 * (length - 1);
        var folded = (position % period + period) % period;
        return folded < length ? folded : period - folded;
    }
}
