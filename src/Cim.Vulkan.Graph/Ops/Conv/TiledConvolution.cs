using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions as implicit matrix products with tiles in shared memory, the form for GPUs.</summary>
internal static class TiledConvolution
{
    // Each invocation gathers one pixel, so a workgroup must hold whole columns of the tile.
    internal const int LeastPixels = 64;

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output)
    {
        Shape w = g.Weight, y = g.Output;
        long pixels = (long)y[0] * y[2] * y[3];
        TileChoice tile = TileChoice.For(lowering.Device, w[0], pixels, LeastPixels, lowering.Device.TunedTile(g.ForwardSize(lowering.Precision)));
        lowering.Launch(
            Conv2dForwardTiledKernel.Call(input, weight, epilogue.Bias ?? input, epilogue.Residual ?? input, output,
                (uint)y[0], (uint)w[1], (uint)w[0], (uint)g.Input[2], (uint)g.Input[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
                tile.ThreadTile == 8 ? Conv2dForwardTiledKernel.ThreadTile.ThreadTile8 : Conv2dForwardTiledKernel.ThreadTile.ThreadTile4,
                localSizeX: (uint)tile.LocalSize, hasBias: epilogue.Bias is not null, activation: (uint)epilogue.Activation, hasResidual: epilogue.Residual is not null,
                tileM: (uint)tile.M, tileN: (uint)tile.N, tileK: TileChoice.K,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(pixels, tile.N), Lowering.DivideUp(w[0], tile.M), 1, g.Flops);
    }

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        long pixels = x[0] * Lowering.DivideUp(x[2], g.Stride) * Lowering.DivideUp(x[3], g.Stride);
        TileChoice tile = TileChoice.For(lowering.Device, w[1], pixels, LeastPixels, lowering.Device.TunedTile(g.InputGradientSize(lowering.Precision)));
        lowering.Launch(
            Conv2dInputGradientTiledKernel.Call(gradOutput, weight, gradInput,
                (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
                tile.ThreadTile == 8 ? Conv2dInputGradientTiledKernel.ThreadTile.ThreadTile8 : Conv2dInputGradientTiledKernel.ThreadTile.ThreadTile4,
                localSizeX: (uint)tile.LocalSize, tileM: (uint)tile.M, tileN: (uint)tile.N, tileK: TileChoice.K,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(pixels, tile.N), Lowering.DivideUp(w[1], tile.M), (long)g.Stride * g.Stride, g.Flops);
    }

    public static long WeightGradientGroups(DeviceProfile device, Conv2dGeometry g)
    {
        TileChoice tile = WeightTile(device, g);
        return Lowering.DivideUp(Columns(g), tile.N) * Lowering.DivideUp(g.Weight[0], tile.M);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor target, long imagesPerSplit)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        TileChoice tile = WeightTile(lowering.Device, g);
        lowering.Launch(
            Conv2dWeightGradientTiledKernel.Call(gradOutput, input, target,
                (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, (uint)imagesPerSplit,
                tile.ThreadTile == 8 ? Conv2dWeightGradientTiledKernel.ThreadTile.ThreadTile8 : Conv2dWeightGradientTiledKernel.ThreadTile.ThreadTile4,
                localSizeX: (uint)tile.LocalSize, tileM: (uint)tile.M, tileN: (uint)tile.N, tileK: TileChoice.K,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(Columns(g), tile.N), Lowering.DivideUp(w[0], tile.M), Lowering.DivideUp(x[0], imagesPerSplit), g.Flops);
    }

    private static long Columns(Conv2dGeometry g) => (long)g.Weight[1] * g.Weight[2] * g.Weight[3];

    private static TileChoice WeightTile(DeviceProfile device, Conv2dGeometry g) => TileChoice.For(device, g.Weight[0], Columns(g), tuned: device.TunedTile(g.WeightGradientSize(Precision.Float32)));
}
