using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions without shared memory, the form for CPU drivers. Operands whose channels are read by fours are packed first.</summary>
internal static class DirectConvolution
{
    private const int Channels = 16, LargestWindow = 48;

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output)
    {
        Shape w = g.Weight, y = g.Output;
        Tensor packed = PackChannelsLast(lowering, weight, 1, w[0], (long)w[1] * w[2] * w[3]);
        int pixels = Pixels(y[3], g.Stride, g.Reach(3)), local = LocalSize(lowering.Device);
        long runs = (long)y[0] * y[2] * Lowering.DivideUp(y[3], pixels);
        lowering.Launch(
            Conv2dForwardDirectKernel.Call(input, packed, epilogue.Bias ?? input, epilogue.Residual ?? input, output,
                (uint)y[0], (uint)w[1], (uint)w[0], (uint)g.Input[2], (uint)g.Input[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
                localSizeX: (uint)local, hasBias: epilogue.Bias is not null, activation: (uint)epilogue.Activation, pixels: (uint)pixels, hasResidual: epilogue.Residual is not null,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(runs, local), Lowering.DivideUp(w[0], Channels), 1, g.Flops);
    }

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        Tensor packed = PackChannelsLast(lowering, weight, w[0], w[1], (long)w[2] * w[3]);
        long columns = Lowering.DivideUp(x[3], g.Stride);
        int pixels = Pixels(columns, 1, (int)Lowering.DivideUp(g.Reach(3), g.Stride)), local = LocalSize(lowering.Device);
        long runs = (long)x[0] * x[2] * Lowering.DivideUp(columns, pixels);
        lowering.Launch(
            Conv2dInputGradientDirectKernel.Call(gradOutput, packed, gradInput,
                (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
                localSizeX: (uint)local, pixels: (uint)pixels,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(runs, local), Lowering.DivideUp(w[1], Channels), g.Stride, g.Flops);
    }

    public static long WeightGradientGroups(DeviceProfile device, Conv2dGeometry g) =>
        Lowering.DivideUp(g.Weight[1] * Lowering.DivideUp(g.Weight[2], RowTaps(g)), LocalSize(device)) * Lowering.DivideUp(g.Weight[0], Channels);

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor target, long imagesPerSplit)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        Tensor packed = PackChannelsLast(lowering, gradOutput, y[0], y[1], (long)y[2] * y[3]);
        int local = LocalSize(lowering.Device), rowTaps = RowTaps(g);
        lowering.Launch(
            Conv2dWeightGradientDirectKernel.Call(packed, input, target,
                (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, (uint)imagesPerSplit,
                localSizeX: (uint)local, rowTaps: (uint)rowTaps,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(w[1] * Lowering.DivideUp(w[2], rowTaps), local), Lowering.DivideUp(w[0], Channels), Lowering.DivideUp(x[0], imagesPerSplit),
            g.Flops);
    }

    private static int LocalSize(DeviceProfile device) => Math.Max(1, Math.Min(device.SubgroupSize, device.MaxWorkgroupInvocations));

    // Rows of the kernel that an invocation holds, so that rows times columns come near nine.
    private static int RowTaps(Conv2dGeometry g) => Math.Max(1, Math.Min(g.Weight[2], 9 / g.Weight[3]));

    // Neighbouring pixels of an invocation: few enough that the columns they touch stay in registers, and none to spare where that can be had.
    private static int Pixels(long width, int stride, int taps)
    {
        int pixels = width % 14 == 0 ? 14 : width % 16 == 0 ? 16 : width % 7 == 0 ? 7 : 8;
        if (width <= 4) pixels = 4;
        while (pixels > 1 && ((pixels - 1) * stride) + taps > LargestWindow) pixels = (pixels + 1) / 2;
        return pixels;
    }

    private static Tensor PackChannelsLast(Lowering lowering, Tensor tensor, int batches, int channels, long positions)
    {
        Tensor packed = lowering.Scratch(new Shape(batches, (int)positions, (int)PackedImages.Padded(channels)));
        PackedImages.Pack(lowering, tensor, packed, batches, channels, positions, storage: 0);
        return packed;
    }
}
