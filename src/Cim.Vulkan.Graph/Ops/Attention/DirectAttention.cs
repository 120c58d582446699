using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Attention's forward pass in registers, without shared memory and stored scores: the form for heads on CPU drivers that are not wide.</summary>
internal static class DirectAttention
{
    // Wider heads leave so few rows to an invocation that products over stored scores are faster.
    private const int WidestHead = 64, MostRows = 8, MostElements = 320;

    public static bool Suits(AttentionGeometry g) => g.HeadDim <= WidestHead;

    public static void LaunchForward(Lowering lowering, AttentionGeometry g, Tensor qkv, Tensor? bias, Tensor result, Tensor logSumExp)
    {
        int local = DirectForm.LocalSize(lowering.Device), rows = RowsFor(g, local);
        DirectForm.Launch(
            lowering,
            AttentionDirectForwardKernel.Call(qkv, bias ?? qkv, result, logSumExp, (uint)g.Heads, (uint)g.Tokens, g.Scale,
                (uint)local, (uint)g.HeadDim, (uint)rows, bias is not null),
            Lowering.DivideUp(g.Tokens, (long)rows * local), g.Heads, g.Batch, 2 * g.ProductFlops);
    }

    // More rows share a load, but may leave more of the last workgroup idle.
    private static int RowsFor(AttentionGeometry g, int local)
    {
        int best = 1, most = Math.Min(MostRows, MostElements / g.HeadDim);
        for (int rows = 2; rows <= most; rows++)
            if (Cost(g, local, rows) <= Cost(g, local, best)) best = rows;
        return best;
    }

    // Rows computed, each with its part of the loads, which weigh about two rows of arithmetic.
    private static double Cost(AttentionGeometry g, int local, int rows) =>
        Lowering.DivideUp(g.Tokens, (long)rows * local) * local * (rows + 2.0);
}
