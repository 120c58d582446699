using System;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>Pictures beside what is drawn again from their tokens alone.</summary>
internal static class TokenizerPictures
{
    private const int MinimumCellPixels = 64;

    /// <summary>Draws the first pictures of a batch.</summary>
    /// <param name="images">The originals, <c>[batch, 3, size, size]</c>, in [0, 1].</param>
    /// <param name="decoded">The same from their tokens.</param>
    /// <param name="size">Side of a picture in pixels.</param>
    /// <param name="count">Pictures to draw.</param>
    /// <param name="across">True: originals in a row above the decoded ones; false: a picture a row, original | decoded.</param>
    public static ImageGrid Draw(ReadOnlySpan<float> images, ReadOnlySpan<float> decoded, int size, int count, bool across)
    {
        int values = 3 * size * size, cell = Math.Max(size, MinimumCellPixels);
        var grid = new ImageGrid(across ? 2 : count, across ? count : 2, cell, cell);
        for (int i = 0; i < count; i++)
        {
            grid.SetImage(across ? 0 : i, across ? i : 0, images.Slice(i * values, values), size, size);
            grid.SetImage(across ? 1 : i, across ? i : 1, decoded.Slice(i * values, values), size, size);
        }
        return grid;
    }
}
