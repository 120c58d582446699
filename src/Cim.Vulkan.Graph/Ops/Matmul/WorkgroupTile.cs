using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>The matrices that a whole workgroup multiplies at a time: its tile of the result, and as much of the inner length as it loads together.</summary>
/// <param name="M">Rows of a workgroup's tile.</param>
/// <param name="N">Columns of a workgroup's tile.</param>
/// <param name="K">Inner length of the matrices.</param>
/// <param name="Invocations">Invocations of a workgroup.</param>
internal readonly record struct WorkgroupTile(int M, int N, int K, int Invocations)
{
    // Loads and stores begin at multiples of so many bytes.
    private const int AlignmentBytes = 16;

    // A lane has 255 registers where this was made: half of them may be sums. Fewer sums than the least load more than they multiply.
    private const int MostSumsOfLane = 128, LeastSumsOfLane = 32;

    private static readonly int[] s_lengths = { 256, 128, 64 };
    private static readonly int[] s_innerLengths = { 64, 32 };

    /// <summary>The tile as tables name it.</summary>
    public KernelTile Numbers => new(M, N, Inner: K, Invocations: Invocations);

    /// <summary>Every tile that the kernel can take on a device, the largest first; none where it has no such matrices for the precision.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    public static IReadOnlyList<WorkgroupTile> Legal(DeviceProfile device, Precision precision)
    {
        if (device.MatrixOf(precision) is null || device.StorageAlignmentBytes % AlignmentBytes != 0) return Array.Empty<WorkgroupTile>();
        IEnumerable<WorkgroupTile> tiles =
            from m in s_lengths
            from n in s_lengths
            from k in s_innerLengths
            from matrix in device.WorkgroupMatrices
            where matrix.Precision == precision && new WorkgroupTile(m, n, k, matrix.Invocations).IsLegal(device, matrix)
            select new WorkgroupTile(m, n, k, matrix.Invocations);
        return tiles.Distinct().OrderByDescending(tile => tile.M * tile.N).ThenByDescending(tile => tile.Invocations).ToArray();
    }

    /// <summary>Chooses the tile for a result by its size; null where the device has none.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="batches">Results of that size in one launch.</param>
    public static WorkgroupTile? For(DeviceProfile device, Precision precision, long rows, long columns, long batches)
    {
        IReadOnlyList<WorkgroupTile> tiles = Legal(device, precision);
        foreach (WorkgroupTile tile in tiles)
        {
            long groups = Lowering.DivideUp(rows, tile.M) * Lowering.DivideUp(columns, tile.N) * batches;
            bool isWasteful = tile.M >= 2 * rows || tile.N >= 2 * columns;
            if (!isWasteful && groups >= MatmulChoice.WantedGroups(device) / 2) return tile;
        }
        return tiles.Count == 0 ? null : tiles[tiles.Count - 1];
    }

    // The kernel also takes the tile of a 16-bit result as a left operand, M x N.
    private bool IsLegal(DeviceProfile device, WorkgroupMatrix matrix)
    {
        int sums = M * N / Invocations;
        return M % matrix.M == 0 && N % matrix.N == 0 && K % matrix.K == 0 && N % matrix.K == 0
            && Math.Max(M, N) <= device.MaxWorkgroupMatrixLength && K <= device.MaxWorkgroupMatrixLength
            && Invocations <= device.MaxWorkgroupInvocations && sums >= LeastSumsOfLane && sums <= MostSumsOfLane;
    }
}
