using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions as implicit matrix products on matrix units.</summary>
internal static class CooperativeConvolution
{
    /// <summary>Whether the device has matrix units for the precision that is planned for.</summary>
    /// <param name="lowering">Knows both.</param>
    public static bool Suits(Lowering lowering) => CooperativeTile.IsThere(lowering.Device, lowering.Precision);

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, Tensor? bias, Activation activation, Tensor output)
    {
        Shape w = g.Weight, y = g.Output;
        long pixels = (long)y[0] * y[2] * y[3];
        CooperativeTile t = TileFor(lowering, w[0], pixels, g.ForwardSize(lowering.Precision));
        KernelCall<Tensor> call = Conv2dForwardCooperativeKernel.Call(input, weight, bias ?? input, output,
            (uint)y[0], (uint)w[1], (uint)w[0], (uint)g.Input[2], (uint)g.Input[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
            IsBFloat16(t) ? Conv2dForwardCooperativeKernel.Product.BFloat16 : Conv2dForwardCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, hasBias: bias is not null, activation: (uint)activation,
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K,
            kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride,
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        lowering.Launch(call, Lowering.DivideUp(pixels, t.N), Lowering.DivideUp(w[0], t.M), 1, g.Flops);
    }

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        long pixels = x[0] * Lowering.DivideUp(x[2], g.Stride) * Lowering.DivideUp(x[3], g.Stride);
        CooperativeTile t = TileFor(lowering, w[1], pixels, g.InputGradientSize(lowering.Precision));
        KernelCall<Tensor> call = Conv2dInputGradientCooperativeKernel.Call(gradOutput, weight, gradInput,
            (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
            IsBFloat16(t) ? Conv2dInputGradientCooperativeKernel.Product.BFloat16 : Conv2dInputGradientCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K,
            kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride,
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        lowering.Launch(call, Lowering.DivideUp(pixels, t.N), Lowering.DivideUp(w[1], t.M), (long)g.Stride * g.Stride, g.Flops);
    }

    public static long WeightGradientGroups(Lowering lowering, Conv2dGeometry g)
    {
        CooperativeTile t = WeightTile(lowering, g);
        return Lowering.DivideUp(Columns(g), t.N) * Lowering.DivideUp(g.Weight[0], t.M);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor target, long imagesPerSplit)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        CooperativeTile t = WeightTile(lowering, g);
        KernelCall<Tensor> call = Conv2dWeightGradientCooperativeKernel.Call(gradOutput, input, target,
            (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, (uint)imagesPerSplit,
            IsBFloat16(t) ? Conv2dWeightGradientCooperativeKernel.Product.BFloat16 : Conv2dWeightGradientCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K,
            kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride,
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        lowering.Launch(call, Lowering.DivideUp(Columns(g), t.N), Lowering.DivideUp(w[0], t.M), Lowering.DivideUp(x[0], imagesPerSplit), g.Flops);
    }

    private static long Columns(Conv2dGeometry g) => (long)g.Weight[1] * g.Weight[2] * g.Weight[3];

    private static CooperativeTile WeightTile(Lowering lowering, Conv2dGeometry g) => TileFor(lowering, g.Weight[0], Columns(g), g.WeightGradientSize(lowering.Precision));

    // An invocation keeps the pixels that it reads, so its fetches must lie below each other.
    private static CooperativeTile TileFor(Lowering lowering, long rows, long columns, KernelSize size) =>
        CooperativeTile.For(lowering.Device, lowering.Precision, rows, columns, readsColumns: true, tuned: lowering.Device.TunedTile(size))
        ?? throw new PlanException($"convolution: {lowering.Device.Name} has no tile for its matrix units");

    private static bool IsBFloat16(CooperativeTile t) => t.Matrix.Precision == Precision.BFloat16;
}
