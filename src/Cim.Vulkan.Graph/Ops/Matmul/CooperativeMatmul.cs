using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Matrix products on matrix units.</summary>
internal static class CooperativeMatmul
{
    /// <summary>The call for a product.</summary>
    /// <param name="lowering">Knows how the operands lie in memory.</param>
    /// <param name="p">The product.</param>
    /// <param name="t">The tile.</param>
    /// <param name="u">The push constants but the last.</param>
    public static KernelCall<Tensor> Call(Lowering lowering, MatmulProblem p, CooperativeTile t, uint[] u)
    {
        p = p.OnCopies(lowering);
        // An operand that is switched off stands for nothing, but its binding wants a buffer, and one that the kernel does not write.
        KernelCall<Tensor> call = MatmulCooperativeKernel.Call(
            p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.Scale ?? p.A.Tensor, p.RowFactors ?? p.A.Tensor, p.C.Tensor,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
            (MatmulCooperativeKernel.Layout)p.Layout,
            t.Matrix.Precision == Precision.BFloat16 ? MatmulCooperativeKernel.Product.BFloat16 : MatmulCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, hasBias: p.Bias is not null, activation: p.Epilogue, hasResidual: p.Residual is not null, biasPerRow: p.BiasPerRow,
            hasScale: p.Scale is not null, rowsPerFactor: p.RowsPerFactor,
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K, matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K,
            subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN, foursA: p.ReadsAByFours, foursB: p.ReadsBByFours, foursC: p.WritesByFours,
            storageA: lowering.StorageOf(p.A.Tensor), storageB: lowering.StorageOf(p.B.Tensor), storageC: lowering.StorageOf(p.C.Tensor),
            storageResidual: p.Residual is null ? 0 : lowering.StorageOf(p.Residual));
        call.RequiredSubgroupSize = t.SubgroupSize;
        return call;
    }
}
