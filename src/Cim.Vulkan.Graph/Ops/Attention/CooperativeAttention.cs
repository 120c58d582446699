using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Attention on matrix units, in tiles that never store the scores.</summary>
internal static class CooperativeAttention
{
    /// <summary>Whether a device has matrix units for the precision, and room for such heads.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">Type of the products.</param>
    /// <param name="headDim">Width of a head.</param>
    public static bool Suits(DeviceProfile device, Precision precision, int headDim) =>
        (device.Features & KernelFeatures.Subgroup) != 0
        && CooperativeAttentionTile.Own(device, precision, headDim, KernelWork.AttentionForward) is not null
        && CooperativeAttentionTile.Own(device, precision, headDim, KernelWork.AttentionQueryGradient) is not null
        && CooperativeAttentionTile.Own(device, precision, headDim, KernelWork.AttentionKeyValueGradient) is not null;

    /// <summary>Whether the device has matrix units for the precision that is planned for, and room for such heads.</summary>
    /// <param name="lowering">Knows both.</param>
    /// <param name="g">Sizes.</param>
    public static bool Suits(Lowering lowering, AttentionGeometry g) => Suits(lowering.Device, lowering.Precision, g.HeadDim);

    public static void LaunchForward(Lowering lowering, AttentionGeometry g, Tensor qkv, Tensor? bias, Tensor result, Tensor logSumExp)
    {
        CooperativeAttentionTile t = CooperativeAttentionTile.For(lowering, g, KernelWork.AttentionForward);
        uint[] s = g.Strides;
        Launch(lowering, g, t, 2, AttentionForwardCooperativeKernel.Call(qkv, qkv, qkv, bias ?? qkv, result, logSumExp,
            (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
            IsBFloat16(t) ? AttentionForwardCooperativeKernel.Product.BFloat16 : AttentionForwardCooperativeKernel.Product.Float16,
            (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.SubgroupsN, bias is not null, (uint)t.PaddedDim, lowering.StorageOf(qkv), lowering.StorageOf(result), 0, 0,
            (uint)t.Matrix.M, (uint)t.Matrix.N, (uint)t.Matrix.K, (uint)t.SubgroupSize));
    }

    public static void LaunchBackward(Lowering lowering, AttentionGradients a)
    {
        AttentionGeometry g = a.Geometry;
        Tensor delta = FusedAttention.LaunchDelta(lowering, a);
        LaunchQueryGradient(lowering, a, delta);
        CooperativeAttentionTile t = CooperativeAttentionTile.For(lowering, g, KernelWork.AttentionKeyValueGradient);
        uint[] s = g.Strides;
        Launch(lowering, g, t, 4, AttentionBackwardKeyValueCooperativeKernel.Call(
            a.Qkv, a.Qkv, a.Qkv, a.Bias ?? a.Qkv, a.GradOutput, a.LogSumExp, delta, a.GradQkv, a.GradQkv,
            (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
            IsBFloat16(t) ? AttentionBackwardKeyValueCooperativeKernel.Product.BFloat16 : AttentionBackwardKeyValueCooperativeKernel.Product.Float16,
            (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.SubgroupsN, a.Bias is not null, (uint)t.PaddedDim,
            lowering.StorageOf(a.Qkv), lowering.StorageOf(a.Result), lowering.StorageOf(a.GradQkv), lowering.StorageOf(a.GradOutput),
            (uint)t.Matrix.M, (uint)t.Matrix.N, (uint)t.Matrix.K, (uint)t.SubgroupSize));
        if (a.GradBias is not null) FusedAttention.LaunchBiasGradient(lowering, a, delta, a.GradBias);
    }

    private static void LaunchQueryGradient(Lowering lowering, AttentionGradients a, Tensor delta)
    {
        AttentionGeometry g = a.Geometry;
        CooperativeAttentionTile t = CooperativeAttentionTile.For(lowering, g, KernelWork.AttentionQueryGradient);
        uint[] s = g.Strides;
        Launch(lowering, g, t, 3, AttentionBackwardQueryCooperativeKernel.Call(
            a.Qkv, a.Qkv, a.Qkv, a.Bias ?? a.Qkv, a.GradOutput, a.LogSumExp, delta, a.GradQkv,
            (uint)g.Batch, (uint)g.Heads, (uint)g.Tokens, s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8], g.Scale,
            IsBFloat16(t) ? AttentionBackwardQueryCooperativeKernel.Product.BFloat16 : AttentionBackwardQueryCooperativeKernel.Product.Float16,
            (uint)t.LocalSize, (uint)g.HeadDim, (uint)t.Rows, (uint)t.Columns, (uint)t.SubgroupsN, a.Bias is not null, (uint)t.PaddedDim,
            lowering.StorageOf(a.Qkv), lowering.StorageOf(a.Result), lowering.StorageOf(a.GradQkv), lowering.StorageOf(a.GradOutput),
            (uint)t.Matrix.M, (uint)t.Matrix.N, (uint)t.Matrix.K, (uint)t.SubgroupSize));
    }

    // Every launch covers the tokens of a head with the tile's rows, and counts its products of tokens with tokens.
    private static void Launch(Lowering lowering, AttentionGeometry g, CooperativeAttentionTile t, int products, KernelCall<Tensor> call)
    {
        call.RequiredSubgroupSize = t.SubgroupSize;
        lowering.Launch(call, Lowering.DivideUp(g.Tokens, t.Rows), g.Heads, g.Batch, products * g.ProductFlops);
    }

    private static bool IsBFloat16(CooperativeAttentionTile t) => t.Matrix.Precision == Precision.BFloat16;
}
