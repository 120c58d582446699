using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>The kernels of attention on matrix units, which differ in what a workgroup keeps.</summary>
internal enum CooperativeAttentionPart
{
    /// <summary>The result.</summary>
    Forward,

    /// <summary>The gradient of the queries.</summary>
    Query,

    /// <summary>The gradients of keys and values: two results at once.</summary>
    KeyValue,
}

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

    /// <summary>Chooses the tile; null where the device has no matrix units for the precision or too little shared memory for the head.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="headDim">Width of a head.</param>
    /// <param name="part">The kernel.</param>
    public static CooperativeAttentionTile? For(DeviceProfile device, Precision precision, int headDim, CooperativeAttentionPart part)
    {
        if (CooperativeTile.MatrixOf(device, precision) is not { } matrix) return null;
        // Room for two results: there are two of keys and values, and beside a single one a lane holds scores and factors.
        int size = CooperativeTile.SubgroupSizeOf(device), sums = 2 * matrix.M;
        int subgroupsN = 1;
        while (subgroupsN < Math.Min(8, matrix.M) && sums * RoundUp(headDim, subgroupsN, matrix) > CooperativeTile.MostSumsOfLane(device) * size * subgroupsN)
            subgroupsN *= 2;
        // A CPU driver unrolls the matrices into scalar code: few of them.
        foreach (int columns in device.IsCpu ? new[] { 8 } : new[] { 32, 16, 8 })
            foreach (int rows in RowsFor(matrix))
            {
                var tile = new CooperativeAttentionTile(
                    matrix, size, rows, RoundUp(columns, subgroupsN, matrix), RoundUp(headDim, subgroupsN, matrix), subgroupsN);
                if (tile.LocalSize <= device.MaxWorkgroupInvocations && tile.SharedBytes(part) <= device.MaxSharedMemoryBytes) return tile;
            }
        return null;
    }

    private static IEnumerable<int> RowsFor(MatrixShape matrix)
    {
        for (int rows = Math.Max(64, matrix.M); rows >= matrix.M; rows /= 2) yield return rows;
    }

    // To whole matrices of every subgroup, both where the axis is the columns of a product and where it is its inner length.
    private static int RoundUp(int length, int subgroupsN, MatrixShape matrix)
    {
        int step = Math.Max(matrix.N * subgroupsN, matrix.K);
        return (length + step - 1) / step * step;
    }

    // As the kernels declare it.
    private int SharedBytes(CooperativeAttentionPart part)
    {
        int staging = 4 * Matrix.N * Rows * SubgroupsN, pitch = PaddedDim + 8;
        return staging + part switch
        {
            CooperativeAttentionPart.Forward => (2 * (Rows + (2 * Columns)) * pitch) + (Rows * ((6 * Columns) + 36)),
            CooperativeAttentionPart.Query => (4 * (Rows + Columns) * pitch) + (Rows * ((2 * Columns) + 24)),
            _ => (4 * (Rows + Columns) * pitch) + (Rows * ((4 * Columns) + 32)) + (8 * Columns),
        };
    }
}
