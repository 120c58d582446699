using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Matrix products in 16 bits without matrix units: operands are rounded to 16 bits, multiplied and added in fp32.</summary>
internal static class HalfTiledMatmul
{
    /// <summary>The call for a product.</summary>
    /// <param name="lowering">Knows how the operands lie in memory.</param>
    /// <param name="p">The product.</param>
    /// <param name="t">The tile.</param>
    /// <param name="u">The push constants but the last.</param>
    public static KernelCall<Tensor> Call(Lowering lowering, MatmulProblem p, MatmulChoice.Tiles t, uint[] u)
    {
        p = p.OnCopies(lowering);
        // An operand that is switched off stands for nothing, but its binding wants a buffer, and one that the kernel does not write.
        return MatmulHalfTiledKernel.Call(
            p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.Scale ?? p.A.Tensor, p.RowFactors ?? p.A.Tensor, p.C.Tensor,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
            (MatmulHalfTiledKernel.Layout)p.Layout, t.ThreadTile == 8 ? MatmulHalfTiledKernel.ThreadTile.ThreadTile8 : MatmulHalfTiledKernel.ThreadTile.ThreadTile4,
            localSizeX: (uint)t.LocalSize, hasBias: p.Bias is not null, activation: p.Epilogue, hasResidual: p.Residual is not null, biasPerRow: p.BiasPerRow, hasScale: p.Scale is not null, rowsPerFactor: p.RowsPerFactor,
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: TileChoice.K, foursA: p.ReadsAByFours, foursB: p.ReadsBByFours, foursC: p.WritesByFours,
            storageA: lowering.StorageOf(p.A.Tensor), storageB: lowering.StorageOf(p.B.Tensor), storageC: lowering.StorageOf(p.C.Tensor),
            storageResidual: p.Residual is null ? 0 : lowering.StorageOf(p.Residual), productStorage: (uint)lowering.Precision);
    }

    /// <summary>The call for a product of which only every column's best row is kept.</summary>
    /// <param name="lowering">Knows how the operands lie in memory.</param>
    /// <param name="p">The product.</param>
    /// <param name="t">The tile.</param>
    /// <param name="values">Best values of the pieces.</param>
    /// <param name="rows">Their rows.</param>
    /// <param name="u">The push constants.</param>
    public static KernelCall<Tensor> ArgMaxCall(Lowering lowering, MatmulProblem p, MatmulChoice.Tiles t, Tensor values, Tensor rows, uint[] u)
    {
        p = p.OnCopies(lowering);
        return MatmulArgMaxHalfTiledKernel.Call(
            p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, values, rows, u[0], u[1], u[2], u[3], u[4], u[5], u[6],
            (MatmulArgMaxHalfTiledKernel.Layout)p.Layout, t.ThreadTile == 8 ? MatmulArgMaxHalfTiledKernel.ThreadTile.ThreadTile8 : MatmulArgMaxHalfTiledKernel.ThreadTile.ThreadTile4,
            localSizeX: (uint)t.LocalSize, hasBias: p.Bias is not null, tileM: (uint)t.M, tileN: (uint)t.N, tileK: TileChoice.K,
            foursA: p.ReadsAByFours, foursB: p.ReadsBByFours, storageA: lowering.StorageOf(p.A.Tensor), storageB: lowering.StorageOf(p.B.Tensor),
            productStorage: (uint)lowering.Precision);
    }
}
