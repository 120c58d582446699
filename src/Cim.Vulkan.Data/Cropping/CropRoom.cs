using System;

namespace Cim.Vulkan.Data;

/// <summary>The room that a crop has on its way to the device, where it is resized: its bytes row by row, each row from a new word of 4 bytes on.</summary>
/// <param name="Side">A crop of as many pixels as a square of this side travels as it is; a larger one is shrunk first.</param>
public readonly record struct CropRoom(int Side)
{
    /// <summary>Least <see cref="Side"/>.</summary>
    public const int SmallestSide = 8;

    /// <summary>Greatest <see cref="Side"/>: a line of half as many pixels again must lie in the 16 KiB of shared memory that every device has.</summary>
    public const int GreatestSide = 640;

    /// <summary>Numbers that tell the device what a crop is: its first word, its width, its height, whether it is flipped.</summary>
    public const int BoxNumbers = 4;

    private const int UsualSide = 512, SidesOfOutput = 4;

    /// <summary>No crop is wider or higher, in pixels.</summary>
    public int LongestSide => Side + Side / 2;

    /// <summary>Words of 4 bytes that a crop takes at most.</summary>
    public int Words => RowWords(Side) * Side;

    /// <summary>Room enough for pictures of a size: four pixels a side for each of the output's, 512 at most.</summary>
    public static CropRoom For(int imageSize) => new(Math.Clamp(SidesOfOutput * imageSize, SmallestSide, UsualSide));

    /// <summary>Words of 4 bytes of a row of pixels.</summary>
    public static int RowWords(int width) => (3 * width + 3) / 4;

    /// <summary>Whether a crop can travel as it is.</summary>
    public bool Holds(int width, int height) => width <= LongestSide && height <= LongestSide && RowWords(width) * height <= Words;

    /// <summary>The size with about the same aspect ratio that a crop must be shrunk to; its own where there is room.</summary>
    public (int Width, int Height) Fit(int width, int height)
    {
        if (Holds(width, height)) return (width, height);
        var scale = Math.Min(Side / Math.Sqrt((double)width * height), LongestSide / (double)Math.Max(width, height));
        var (fitWidth, fitHeight) = (Shrunk(width, scale), Shrunk(height, scale));
        // The bytes that fill up the last word of each row.
        while (!Holds(fitWidth, fitHeight)) (fitWidth, fitHeight) = fitWidth >= fitHeight ? (fitWidth - 1, fitHeight) : (fitWidth, fitHeight - 1);
        return (fitWidth, fitHeight);
    }

    private static int Shrunk(int length, double scale) => Math.Max(1, (int)(length * scale));
}
