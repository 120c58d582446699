using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Matrix products by matrices that a whole workgroup holds together. Only a table of measured choices, or a profile that says so, makes a product take
/// this form.
/// </summary>
internal static class WorkgroupMatmul
{
    // Matrices begin at multiples of 16 bytes: so many elements.
    private const int FoursOfSingles = 4, EightsOfHalves = 8;

    /// <summary>The tile for a product; null where it takes another form.</summary>
    /// <param name="lowering">Knows device, precision and how operands lie in memory.</param>
    /// <param name="problem">The product.</param>
    /// <param name="batches">Results in one launch.</param>
    /// <param name="tuned">What was measured as best, of any form; null where nothing was.</param>
    public static WorkgroupTile? TileFor(Lowering lowering, MatmulProblem problem, long batches, KernelTile? tuned)
    {
        bool isWanted = tuned is { } measured ? measured.IsOfWorkgroup : lowering.Device.PrefersWorkgroupMatrices;
        if (!isWanted || !Suits(lowering, problem.OnCopies(lowering))) return null;
        return tuned is { } wanted
            ? new WorkgroupTile(wanted.M, wanted.N, wanted.Inner, wanted.Invocations)
            : WorkgroupTile.For(lowering.Device, lowering.Precision, problem.M, problem.N, batches);
    }

    /// <summary>The call for a product.</summary>
    /// <param name="lowering">Knows how the operands lie in memory.</param>
    /// <param name="p">The product.</param>
    /// <param name="t">The tile.</param>
    /// <param name="u">The push constants but the last.</param>
    public static KernelCall<Tensor> Call(Lowering lowering, MatmulProblem p, WorkgroupTile t, uint[] u)
    {
        p = p.OnCopies(lowering);
        // An operand that is switched off stands for nothing, but its binding wants a buffer, and one that the kernel does not write.
        KernelCall<Tensor> call = MatmulWorkgroupKernel.Call(
            p.A.Tensor, p.B.Tensor, p.Bias ?? p.A.Tensor, p.Residual ?? p.A.Tensor, p.Scale ?? p.A.Tensor, p.RowFactors ?? p.A.Tensor, p.C.Tensor,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15], u[16], u[17], u[18], u[19], p.Alpha,
            (MatmulWorkgroupKernel.Layout)p.Layout,
            lowering.Precision == Precision.BFloat16 ? MatmulWorkgroupKernel.Product.BFloat16 : MatmulWorkgroupKernel.Product.Float16,
            localSizeX: (uint)t.Invocations, hasBias: p.Bias is not null, activation: p.Epilogue, hasResidual: p.Residual is not null, biasPerRow: p.BiasPerRow, hasScale: p.Scale is not null, rowsPerFactor: p.RowsPerFactor,
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K,
            eightsA: p.A.RowStride % EightsOfHalves == 0, eightsB: p.B.RowStride % EightsOfHalves == 0,
            storageA: lowering.StorageOf(p.A.Tensor), storageB: lowering.StorageOf(p.B.Tensor), storageC: lowering.StorageOf(p.C.Tensor),
            storageResidual: p.Residual is null ? 0 : lowering.StorageOf(p.Residual));
        call.RequiredSubgroupSize = lowering.Device.MatrixSubgroupSize;
        return call;
    }

    // Pieces of a sum lie one result apart, in fp32.
    private static bool Suits(Lowering lowering, MatmulProblem p) =>
        p.M * p.N % FoursOfSingles == 0
        && Suits(lowering, p, p.A, p.Layout == MatmulLayout.Tn ? p.K : p.M) && Suits(lowering, p, p.B, p.Layout == MatmulLayout.Nt ? p.N : p.K) && Suits(lowering, p, p.C, p.M);

    // Its storage is one that the kernel reads, its matrices begin where loads may, and the driver's 32 bits reach over one of them.
    private static bool Suits(Lowering lowering, MatmulProblem p, MatmulOperand operand, long rows)
    {
        uint storage = lowering.StorageOf(operand.Tensor);
        if (storage != 0 && storage != (uint)lowering.Precision) return false;
        int together = storage == 0 ? FoursOfSingles : EightsOfHalves;
        long strides = (p.OuterCount > 1 ? operand.OuterStride : 0) | (p.InnerCount > 1 ? operand.InnerStride : 0) | operand.Offset;
        return strides % together == 0 && rows * operand.RowStride * sizeof(float) <= int.MaxValue;
    }
}
