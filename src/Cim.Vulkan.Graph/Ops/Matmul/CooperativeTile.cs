using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>The tile of a workgroup of the kernels on matrix units: which matrix shape, how many subgroups, how much of the result each holds.</summary>
/// <param name="Matrix">The device's matrix shape.</param>
/// <param name="SubgroupSize">Lanes of a subgroup.</param>
/// <param name="M">Rows of a workgroup's tile.</param>
/// <param name="N">Columns of a workgroup's tile.</param>
/// <param name="K">Inner length of a tile in shared memory.</param>
/// <param name="SubgroupsM">Subgroups below each other.</param>
/// <param name="SubgroupsN">Subgroups side by side.</param>
internal readonly record struct CooperativeTile(MatrixShape Matrix, int SubgroupSize, int M, int N, int K, int SubgroupsM, int SubgroupsN)
{
    private const uint VendorIntel = 0x8086;

    private const int PaddingHalves = 8;

    /// <summary>Invocations of a workgroup.</summary>
    public int LocalSize => SubgroupsM * SubgroupsN * SubgroupSize;

    /// <summary>The tile as tables name it.</summary>
    public KernelTile Numbers => new(M, N, 0, SubgroupsM, SubgroupsN);

    private bool ReadsColumns => 4 * LocalSize % N == 0 && 4 * LocalSize % K == 0;

    // Two stages of both tiles in the layout that pads most, and one matrix of every subgroup.
    private int SharedBytes
    {
        get
        {
            int a = Math.Max(M * (K + PaddingHalves), K * (M + PaddingHalves)), b = Math.Max(N * (K + PaddingHalves), K * (N + PaddingHalves));
            return (4 * (a + b)) + (4 * SubgroupsM * SubgroupsN * Matrix.M * Matrix.N);
        }
    }

    // Sums, and what is fetched ahead.
    private int RegistersOfLane => ((M * N) + ((M + N) * K)) / LocalSize;

    /// <summary>Chooses the tile for a result; null where the device has no matrix units for the precision.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result.</param>
    /// <param name="batches">Results of that size in one launch.</param>
    /// <param name="readsColumns">Whether the fetches of an invocation must lie below each other, in the tile's columns and in its inner length.</param>
    /// <param name="tuned">What was measured as best and is legal here; null where nothing was.</param>
    public static CooperativeTile? For(
        DeviceProfile device, Precision precision, long rows, long columns, long batches = 1, bool readsColumns = false, KernelTile? tuned = null)
    {
        if (MatrixOf(device, precision) is not { } matrix) return null;
        if (tuned is { } wanted) return Legal(device, precision, readsColumns).First(tile => tile.Numbers == wanted);
        CooperativeTile? best = null;
        foreach ((int subgroupsM, int subgroupsN) in new[] { (2, 4), (2, 2), (1, 2), (1, 1) })
            for (int sums = MostSumsOfLane(device); sums >= 8; sums /= 2)
            {
                if (Of(device, matrix, subgroupsM, subgroupsN, sums) is not { } tile) continue;
                if ((readsColumns && !tile.ReadsColumns) || tile.RegistersOfLane > MostRegistersOfLane(device)) continue;
                best = tile;
                long groups = Lowering.DivideUp(rows, tile.M) * Lowering.DivideUp(columns, tile.N) * batches;
                // A tile that is mostly outside, or too few of them for the device: try the next smaller one.
                bool isWasteful = tile.M >= 2 * rows + matrix.M || tile.N >= 2 * columns + matrix.N;
                if (!isWasteful && groups >= MatmulChoice.WantedGroups(device) / 2) return tile;
            }
        return best;
    }

    /// <summary>Every tile that the kernels can take on a device, the largest first; none where it has no matrix units for the precision.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="readsColumns">As in <see cref="For"/>.</param>
    public static IReadOnlyList<CooperativeTile> Legal(DeviceProfile device, Precision precision, bool readsColumns)
    {
        if (MatrixOf(device, precision) is not { } matrix) return Array.Empty<CooperativeTile>();
        // Twice the sums that are safe may spill and may still win: whoever times them sees.
        var tiles = new List<CooperativeTile>();
        foreach ((int subgroupsM, int subgroupsN) in new[] { (4, 4), (2, 4), (4, 2), (2, 2), (1, 4), (1, 2), (2, 1), (1, 1) })
            for (int sums = 2 * MostSumsOfLane(device); sums >= 8; sums /= 2)
                if (Of(device, matrix, subgroupsM, subgroupsN, sums) is { } tile && (!readsColumns || tile.ReadsColumns) && !tiles.Contains(tile)) tiles.Add(tile);
        return tiles;
    }

    /// <summary>The shape of the device's matrices; null where it has none for the precision.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    // The most work a matrix instruction: larger shapes load each operand less often.
    public static MatrixShape? MatrixOf(DeviceProfile device, Precision precision)
    {
        MatrixShape[] shapes = device.MatrixShapes
            .Where(shape => shape.Precision == precision && shape.M % 4 == 0 && shape.N % 4 == 0 && shape.K % 8 == 0 && 32 % shape.K == 0)
            .OrderByDescending(shape => shape.M * shape.N * shape.K).ThenByDescending(shape => shape.M).ToArray();
        return shapes.Length == 0 ? null : shapes[0];
    }

    private static CooperativeTile? Of(DeviceProfile device, MatrixShape matrix, int subgroupsM, int subgroupsN, int sumsOfLane)
    {
        int size = SubgroupSizeOf(device);
        // A subgroup's part is as square as the shape allows, which loads least: twice the rows or columns again and again until a lane is full.
        int rows = matrix.M, columns = matrix.N;
        while (2 * rows * columns <= sumsOfLane * size)
        {
            if (rows <= columns) rows *= 2;
            else columns *= 2;
        }
        var tile = new CooperativeTile(matrix, size, rows * subgroupsM, columns * subgroupsN, InnerLength(device, matrix), subgroupsM, subgroupsN);
        bool isEven = tile.M * tile.K % (4 * tile.LocalSize) == 0 && tile.N * tile.K % (4 * tile.LocalSize) == 0;
        return isEven && tile.LocalSize <= device.MaxWorkgroupInvocations && tile.SharedBytes <= device.MaxSharedMemoryBytes ? tile : null;
    }

    /// <summary>How many sums a lane holds at most.</summary>
    /// <param name="device">The device.</param>
    // More than these, beside what a lane fetches ahead, spill: Intel's lanes have half the registers of the others', and its
    // subgroups of 8 gather matrices that lie across with twice the instructions.
    public static int MostSumsOfLane(DeviceProfile device) => device.VendorId != VendorIntel ? 64 : SubgroupSizeOf(device) < 16 ? 16 : 32;

    private static int MostRegistersOfLane(DeviceProfile device) => device.VendorId == VendorIntel ? 48 : int.MaxValue;

    private static int InnerLength(DeviceProfile device, MatrixShape matrix) => device.VendorId == VendorIntel ? matrix.K : 32;

    /// <summary>Lanes that hold a matrix together.</summary>
    /// <param name="device">The device.</param>
    // Matrix units want the narrow size where a vendor has two: AMD's 32, Intel's smallest.
    public static int SubgroupSizeOf(DeviceProfile device) =>
        device.MinSubgroupSize == 0 ? device.SubgroupSize : Math.Max(device.MinSubgroupSize, Math.Min(device.SubgroupSize, device.VendorId == VendorIntel ? device.MinSubgroupSize : 32));
}
