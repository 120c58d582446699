using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Attention in tiles that never store the scores, the form for GPUs.</summary>
internal static class FusedAttention
{
    private const uint VendorQualcomm = 0x5143;

    public static void LaunchForward(Lowering lowering, AttentionGeometry g, Tensor qkv, Tensor? bias, Tensor result, Tensor logSumExp)
    {
        AttentionTile t = AttentionTile.For(lowering, g, KernelWork.AttentionForward);
        uint[] s = g.Strides;
        lowering.Launch(
            AttentionForwardKernel.Call(qkv, qkv, qkv, bias ?? qkv, result, logSumExp,
                (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
                (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.Threads, bias is not null,
                storageQkv: lowering.StorageOf(qkv), storageOut: lowering.StorageOf(result)),
            Lowering.DivideUp(g.Tokens, t.Rows), g.Heads, g.Batch, 2 * g.ProductFlops);
    }

    public static void LaunchBackward(Lowering lowering, AttentionGradients a)
    {
        AttentionGeometry g = a.Geometry;
        uint[] s = g.Strides;
        Tensor delta = LaunchDelta(lowering, a);
        AttentionTile t = AttentionTile.For(lowering, g, KernelWork.AttentionQueryGradient);
        Tensor bias = a.Bias ?? a.Qkv;
        lowering.Launch(
            AttentionBackwardQueryKernel.Call(a.Qkv, a.Qkv, a.Qkv, bias, a.GradOutput, a.LogSumExp, delta, a.GradQkv,
                (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
                (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.Threads, a.Bias is not null, KeepsLoops(lowering.Device),
                lowering.StorageOf(a.Qkv), lowering.StorageOf(a.Result), lowering.StorageOf(a.GradQkv), lowering.StorageOf(a.GradOutput)),
            Lowering.DivideUp(g.Tokens, t.Rows), g.Heads, g.Batch, 3 * g.ProductFlops);
        t = AttentionTile.For(lowering, g, KernelWork.AttentionKeyValueGradient);
        lowering.Launch(
            AttentionBackwardKeyValueKernel.Call(a.Qkv, a.Qkv, a.Qkv, bias, a.GradOutput, a.LogSumExp, delta, a.GradQkv, a.GradQkv,
                (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
                (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.Threads, a.Bias is not null, KeepsLoops(lowering.Device),
                lowering.StorageOf(a.Qkv), lowering.StorageOf(a.Result), lowering.StorageOf(a.GradQkv), lowering.StorageOf(a.GradOutput)),
            Lowering.DivideUp(g.Tokens, t.Rows), g.Heads, g.Batch, 4 * g.ProductFlops);
        if (a.GradBias is not null) LaunchBiasGradient(lowering, a, delta, a.GradBias);
    }

    /// <summary>The inner product of each row of the result with its gradient.</summary>
    /// <param name="lowering">Takes the launch.</param>
    /// <param name="a">Operands.</param>
    /// <returns><c>[batch, heads, tokens]</c></returns>
    public static Tensor LaunchDelta(Lowering lowering, AttentionGradients a)
    {
        const int DeltaSize = 64;
        AttentionGeometry g = a.Geometry;
        uint[] s = g.Strides;
        Tensor delta = lowering.Scratch(g.LogSumExp);
        lowering.Launch(
            AttentionBackwardDeltaKernel.Call(a.Result, a.GradOutput, delta, (uint)g.Heads, (uint)g.Tokens, (uint)g.HeadDim, s[6], s[7], s[8], DeltaSize,
                lowering.StorageOf(a.Result), lowering.StorageOf(a.GradOutput)),
            Lowering.DivideUp(g.Tokens, DeltaSize), g.Heads, g.Batch, 2.0 * a.Result.Count);
        return delta;
    }

    /// <summary>The gradient of the bias.</summary>
    /// <param name="lowering">Takes the launch.</param>
    /// <param name="a">Operands.</param>
    /// <param name="delta">What <see cref="LaunchDelta"/> gave.</param>
    /// <param name="gradBias"><c>[heads, tokens, tokens]</c></param>
    public static void LaunchBiasGradient(Lowering lowering, AttentionGradients a, Tensor delta, Tensor gradBias)
    {
        AttentionGeometry g = a.Geometry;
        uint[] s = g.Strides;
        AttentionTile t = AttentionTile.Own(lowering.Device, g.HeadDim, isBackward: true);
        lowering.Launch(
            AttentionBackwardBiasKernel.Call(a.Qkv, a.Qkv, a.Qkv, a.Bias ?? a.Qkv, a.GradOutput, a.LogSumExp, delta, gradBias,
                (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
                (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.Threads, a.Bias is not null, KeepsLoops(lowering.Device),
                lowering.StorageOf(a.Qkv), storageOutGradient: lowering.StorageOf(a.GradOutput)),
            Lowering.DivideUp(g.Tokens, t.Rows), Lowering.DivideUp(g.Tokens, t.Columns), g.Heads, 2 * g.ProductFlops);
    }

    // Adreno's compiler unrolls the gradients' products and hoists a whole tile's loads, which spill: it has to leave them as loops.
    private static bool KeepsLoops(DeviceProfile device) => device.VendorId == VendorQualcomm;
}
