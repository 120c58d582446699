using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>The tile of a workgroup of attention on matrix units.</summary>
/// <param name="Matrix">The device's matrix shape.</param>
/// <param name="SubgroupSize">Lanes of a subgroup.</param>
/// <param name="Rows">Tokens of a workgroup.</param>
/// <param name="Columns">Tokens of a step.</param>
/// <param name="PaddedDim">Width of a head in whole matrices.</param>
/// <param name="SubgroupsN">Subgroups side by side.</param>
internal readonly record struct CooperativeAttentionTile(MatrixShape Matrix, int SubgroupSize, int Rows, int Columns, int PaddedDim, int SubgroupsN)
{
    /// <summary>Invocations of a workgroup.</summary>
    public int LocalSize => Rows / Matrix.M * SubgroupsN * SubgroupSize;

    /// <summary>The tile as tables name it.</summary>
    public KernelTile Numbers => new(Rows, Columns, 0, Rows / Matrix.M, SubgroupsN);

    /// <summary>Chooses the tile: what was measured as best and is legal, else the device's own.</summary>
    /// <param name="lowering">Knows device and precision.</param>
    /// <param name="g">Sizes.</param>
    /// <param name="work">The kernel.</param>
    public static CooperativeAttentionTile For(Lowering lowering, AttentionGeometry g, KernelWork work)
    {
        DeviceProfile device = lowering.Device;
        KernelTile? tuned = device.Tuning.TileFor(device, KernelSize.OfAttention(work, lowering.Precision, g));
        foreach (CooperativeAttentionTile tile in Legal(device, lowering.Precision, g.HeadDim, work))
            if (tile.Numbers == tuned) return tile;
        return Own(device, lowering.Precision, g.HeadDim, work) ?? throw new PlanException($"attention: {device.Name} has no tile for its matrix units");
    }

    /// <summary>Every tile that the kernel can take on a device, the largest first; none where it has no matrix units for the precision.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="work">The kernel.</param>
    public static IEnumerable<CooperativeAttentionTile> Legal(DeviceProfile device, Precision precision, int headDim, KernelWork work)
    {
        if (CooperativeTile.MatrixOf(device, precision) is not { } matrix) yield break;
        int size = CooperativeTile.SubgroupSizeOf(device);
        // Twice the sums that are safe may spill and may still win: whoever times them sees. A CPU driver's large ones only take long to compile.
        for (int subgroupsN = 1; subgroupsN <= MostSubgroupsN(matrix); subgroupsN *= 2)
            foreach (int columns in device.IsCpu ? new[] { 16, 8 } : new[] { 64, 32, 16, 8 })
                foreach (int rows in RowsFor(matrix, device.IsCpu ? 32 : 128))
                {
                    var tile = new CooperativeAttentionTile(matrix, size, rows, RoundUp(columns, subgroupsN, matrix), RoundUp(headDim, subgroupsN, matrix), subgroupsN);
                    if (tile.Columns == columns && tile.SumsOfLane <= 2 * CooperativeTile.MostSumsOfLane(device) && tile.Fits(device, work)) yield return tile;
                }
    }

    /// <summary>The device's own choice; null where it has no matrix units for the precision or too little shared memory for the head.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="work">The kernel.</param>
    public static CooperativeAttentionTile? Own(DeviceProfile device, Precision precision, int headDim, KernelWork work)
    {
        if (CooperativeTile.MatrixOf(device, precision) is not { } matrix) return null;
        int size = CooperativeTile.SubgroupSizeOf(device), subgroupsN = 1;
        while (subgroupsN < MostSubgroupsN(matrix) && SumsOf(matrix, size, RoundUp(headDim, subgroupsN, matrix), subgroupsN) > CooperativeTile.MostSumsOfLane(device))
            subgroupsN *= 2;
        // A CPU driver unrolls the matrices into scalar code: few of them.
        foreach (int columns in device.IsCpu ? new[] { 8 } : new[] { 32, 16, 8 })
            foreach (int rows in RowsFor(matrix, 64))
            {
                var tile = new CooperativeAttentionTile(
                    matrix, size, rows, RoundUp(columns, subgroupsN, matrix), RoundUp(headDim, subgroupsN, matrix), subgroupsN);
                if (tile.Fits(device, work)) return tile;
            }
        return null;
    }

    private int SumsOfLane => SumsOf(Matrix, SubgroupSize, PaddedDim, SubgroupsN);

    // Neighbours in a subgroup share a row of the softmax.
    private static int MostSubgroupsN(MatrixShape matrix) => Math.Min(8, matrix.M);

    // Room for two results: there are two of keys and values, and beside a single one a lane holds scores and factors.
    private static int SumsOf(MatrixShape matrix, int subgroupSize, int paddedDim, int subgroupsN)
    {
        int lanes = subgroupSize * subgroupsN;
        return ((2 * matrix.M * paddedDim) + lanes - 1) / lanes;
    }

    private bool Fits(DeviceProfile device, KernelWork work) => LocalSize <= device.MaxWorkgroupInvocations && SharedBytes(work) <= device.MaxSharedMemoryBytes;

    private static IEnumerable<int> RowsFor(MatrixShape matrix, int most)
    {
        for (int rows = Math.Max(most, matrix.M); rows >= matrix.M; rows /= 2) yield return rows;
    }

    // To whole matrices of every subgroup, both where the axis is the columns of a product and where it is its inner length.
    private static int RoundUp(int length, int subgroupsN, MatrixShape matrix)
    {
        int step = Math.Max(matrix.N * subgroupsN, matrix.K);
        return (length + step - 1) / step * step;
    }

    // As the kernels declare it.
    private int SharedBytes(KernelWork work)
    {
        int staging = 4 * Matrix.N * Rows * SubgroupsN, pitch = PaddedDim + 8;
        return staging + work switch
        {
            KernelWork.AttentionForward => (2 * (Rows + (2 * Columns)) * pitch) + (Rows * ((6 * Columns) + 36)),
            KernelWork.AttentionQueryGradient => (4 * (Rows + Columns) * pitch) + (Rows * ((2 * Columns) + 24)),
            _ => (4 * (Rows + Columns) * pitch) + (Rows * ((4 * Columns) + 32)) + (8 * Columns),
        };
    }
}
