using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>What a device may choose from for a piece of work: what a search times, and what a table may name.</summary>
public static class KernelCandidates
{
    // Pieces of a sum lie side by side: so many of the largest tile stay within the smallest storage range that Vulkan promises.
    internal const int MostWantedGroups = 1024;

    /// <summary>The tiles that kernel and device allow; empty where there is nothing to choose.</summary>
    /// <param name="device">The device.</param>
    /// <param name="size">The work.</param>
    public static IReadOnlyList<KernelTile> TilesOf(DeviceProfile device, KernelSize size)
    {
        IEnumerable<KernelTile> tiles = size.IsAttention ? AttentionTiles(device, size) : device.MatrixOf(size.Precision) is not null ? MatrixTiles(device, size)
            : size.Precision != Precision.Float32 || !DirectForm.Suits(device) ? TileChoice.Legal(device, LeastColumns(size)).Select(tile => tile.Numbers)
            : size.IsConvolution ? Array.Empty<KernelTile>() : MatmulChoice.DirectTiles(device);
        return tiles.Where(tile => IsLaunchable(device, size, tile)).ToArray();
    }

    /// <summary>Numbers of workgroups to try for work whose sums may be cut; empty where cutting cannot help.</summary>
    /// <param name="device">The device.</param>
    /// <param name="size">The work.</param>
    public static IReadOnlyList<int> WantedGroupsOf(DeviceProfile device, KernelSize size)
    {
        bool isCut = size.Work == KernelWork.ConvolutionWeightGradient || (!size.IsConvolution && !size.IsAttention && size.Inner >= 2 * MatmulChoice.LeastInnerOfPiece);
        int own = (int)MatmulChoice.WantedGroups(device);
        return isCut ? new[] { own / 8, own / 4, own / 2, 2 * own, 4 * own }.Where(groups => groups is > 0 and <= MostWantedGroups).ToArray() : Array.Empty<int>();
    }

    internal static int LeastColumns(KernelSize size) =>
        size is { Precision: Precision.Float32, Work: KernelWork.ConvolutionForward or KernelWork.ConvolutionInputGradient } ? TiledConvolution.LeastPixels : TileChoice.LeastColumns;

    private static IEnumerable<KernelTile> MatrixTiles(DeviceProfile device, KernelSize size)
    {
        IEnumerable<KernelTile> tiles = CooperativeTile.Legal(device, size.Precision, readsColumns: size.IsConvolution).Select(tile => tile.Numbers);
        return size.IsConvolution ? tiles : tiles.Concat(WorkgroupTile.Legal(device, size.Precision).Select(tile => tile.Numbers));
    }

    private static IEnumerable<KernelTile> AttentionTiles(DeviceProfile device, KernelSize size)
    {
        int headDim = (int)size.Inner;
        if (CooperativeAttention.Suits(device, size.Precision, headDim)) return CooperativeAttentionTile.Legal(device, size.Precision, headDim, size.Work).Select(tile => tile.Numbers);
        // The form for CPU drivers has no tile.
        return size.Precision == Precision.Float32 && DirectForm.Suits(device) ? Array.Empty<KernelTile>() : AttentionTile.Legal(device, headDim, size.Work).Select(tile => tile.Numbers);
    }

    // The class's lengths are the largest of its shapes: what can be launched for them can for all. Convolutions lay columns along x; in 16 bits,
    // whose tiles are turned, all but the weight's gradient lay them over M.
    private static bool IsLaunchable(DeviceProfile device, KernelSize size, KernelTile tile)
    {
        if (size.IsAttention) return Lowering.DivideUp(size.Rows, tile.M) <= device.MaxWorkgroupCountX;
        bool isTurned = size.Precision != Precision.Float32 && size.Work is (KernelWork.ConvolutionForward or KernelWork.ConvolutionInputGradient);
        (int rowsOfTile, int columnsOfTile) = isTurned ? (tile.N, tile.M) : (tile.M, tile.N);
        long rows = Lowering.DivideUp(size.Rows, rowsOfTile), columns = Lowering.DivideUp(size.Columns, columnsOfTile);
        (long x, long y) = size.IsConvolution ? (columns, rows) : (rows, columns);
        return x <= device.MaxWorkgroupCountX && y <= device.MaxWorkgroupCountYZ;
    }
}
