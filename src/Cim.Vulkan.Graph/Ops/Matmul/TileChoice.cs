using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>The tile of a workgroup in the tiled products and convolutions, in elements of the result.</summary>
/// <param name="M">Rows.</param>
/// <param name="N">Columns.</param>
/// <param name="ThreadTile">Rows and columns of an invocation.</param>
internal readonly record struct TileChoice(int M, int N, int ThreadTile)
{
    /// <summary>Inner length of the tiles in shared memory.</summary>
    public const int K = 16;

    /// <summary>Fewest columns of a tile.</summary>
    public const int LeastColumns = 16;

    // Where eight rows and columns an invocation spill nowhere, `cim bench farm` says so, and take the least time a result. Elsewhere they leave
    // too few waves to hide a load (Qualcomm), or nobody has looked.
    private const uint VendorAmd = 0x1002, VendorNvidia = 0x10DE, VendorIntel = 0x8086;

    // As many as a result of 1024 x 1024 has: fewer large workgroups leave parts of a device idle.
    private const long LeastWideGroups = 64;

    /// <summary>Invocations of a workgroup.</summary>
    public int LocalSize => M / ThreadTile * (N / ThreadTile);

    /// <summary>The tile as tables name it.</summary>
    public KernelTile Numbers => new(M, N, ThreadTile);

    private int SharedBytes => 4 * K * (M + N + 8);

    /// <summary>Chooses the tile for a result.</summary>
    /// <param name="device">The device.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="leastN">Fewest columns that the kernel can take.</param>
    /// <param name="tuned">What was measured as best and is legal here; null where nothing was.</param>
    /// <param name="precision">Type of the products.</param>
    public static TileChoice For(
        DeviceProfile device, long rows, long columns, int leastN = LeastColumns, KernelTile? tuned = null, Precision precision = Precision.Float32)
    {
        if (tuned is { } best) return new TileChoice(best.M, best.N, best.ThreadTile);
        var wide = new TileChoice(128, 128, 8);
        // In 16 bits the next tiles wait in registers, which then are too many for Intel's.
        bool hasRegisters = device.VendorId is VendorAmd or VendorNvidia || (device.VendorId == VendorIntel && precision == Precision.Float32);
        bool suitsWide = hasRegisters && wide.Fits(rows, columns);
        if (suitsWide && device.MaxWorkgroupInvocations >= wide.LocalSize && device.MaxSharedMemoryBytes >= wide.SharedBytes) return wide;
        var tile = new TileChoice(Along(rows), System.Math.Max(leastN, Along(columns)), 4);
        return tile.LocalSize <= device.MaxWorkgroupInvocations ? tile : tile with { M = tile.M / 2 };
    }

    /// <summary>Every tile that the kernels can take on a device, the largest first.</summary>
    /// <param name="device">The device.</param>
    /// <param name="leastN">Fewest columns that the kernel can take.</param>
    public static IEnumerable<TileChoice> Legal(DeviceProfile device, int leastN)
    {
        foreach (int threadTile in new[] { 8, 4 })
            for (int m = 16 * threadTile; m >= (threadTile == 8 ? 64 : 16); m /= 2)
                for (int n = 16 * threadTile; n >= System.Math.Max(leastN, threadTile == 8 ? 64 : 16); n /= 2)
                {
                    var tile = new TileChoice(m, n, threadTile);
                    if (tile.LocalSize <= device.MaxWorkgroupInvocations && tile.SharedBytes <= device.MaxSharedMemoryBytes) yield return tile;
                }
    }

    // Enough workgroups, and at most a quarter of them beyond the result's edges.
    private bool Fits(long rows, long columns)
    {
        long groups = Lowering.DivideUp(rows, M) * Lowering.DivideUp(columns, N);
        return groups >= LeastWideGroups && 4 * rows * columns >= 3 * groups * M * N;
    }

    private static int Along(long length) => length <= 16 ? 16 : length <= 32 ? 32 : 64;
}
