using System;

namespace Cim.Vulkan.Data;

/// <summary>BEiT's blockwise mask (Bao et al. 2021, algorithm 1): rectangles until the target or until none fits.</summary>
public static class BlockwiseMask
{
    private const int TriesPerBlock = 10;
    private const double MinimumAspect = 0.3;

    /// <summary>BEiT's smallest block is 16 of 196 tokens; other grids get the same share.</summary>
    private const double MinimumAreaShare = 16.0 / 196;

    /// <summary>
    /// Sets positions of <paramref name="mask"/> [gridHeight * gridWidth] and returns how many: at most <paramref name="target"/>, often
    /// fewer.
    /// </summary>
    public static int Draw(Span<bool> mask, int gridHeight, int gridWidth, int target, ref RandomSequence random)
    {
        mask.Clear();
        var masked = 0;
        while (masked < target)
        {
            var added = 0;
            for (var attempt = 0; attempt < TriesPerBlock && added == 0; attempt++)
                added = TryBlock(mask, gridHeight, gridWidth, target - masked, ref random);
            if (added == 0) break;
            masked += added;
        }

        return masked;
    }

    private static int TryBlock(Span<bool> mask, int gridHeight, int gridWidth, int remaining, ref RandomSequence random)
    {
        var area = random.NextDouble(gridHeight * gridWidth * MinimumAreaShare, remaining);
        var aspect = Math.Exp(random.NextDouble(Math.Log(MinimumAspect), -Math.Log(MinimumAspect)));
        var height = (int)Math.Round(Math.Sqrt(area * aspect));
        var width = (int)Math.Round(Math.Sqrt(area / aspect));
        if (height >= gridHeight || width >= gridWidth) return 0;
        var top = random.NextInt(gridHeight - height + 1);
        var left = random.NextInt(gridWidth - width + 1);
        var free = 0;
        for (var y = top; y < top + height; y++)
            for (var x = left; x < left + width; x++)
                free += mask[y * gridWidth + x] ? 0 : 1;
        if (free > remaining) return 0;
        for (var y = top; y < top + height; y++) mask.Slice(y * gridWidth + left, width).Fill(true);
        return free;
    }
}
