using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions without shared memory, the form for CPU drivers. Operands whose channels are read by fours are packed first.</summary>
internal static class DirectConvolution
{
    // Taps of the weight's gradient that an invocation holds, and what its loads weigh beside them.
    private const int MostTaps = 32, TapsOfLoads = 16, MostInputs = 8;

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output)
    {
        Shape w = g.Weight, y = g.Output;
        Tensor packed = PackChannelsLast(lowering, weight, 1, w[0], (long)w[1] * w[2] * w[3]);
        int local = DirectForm.LocalSize(lowering.Device);
        DirectPlaces places = DirectPlaces.For(local, w[0], y[2], y[3], w[3], g.Stride, g.Dilation);
        DirectForm.Launch(
            lowering,
            Conv2dForwardDirectKernel.Call(input, packed, epilogue.Bias ?? input, epilogue.Residual ?? input, output,
                (uint)y[0], (uint)w[1], (uint)w[0], (uint)g.Input[2], (uint)g.Input[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
                localSizeX: (uint)local, hasBias: epilogue.Bias is not null, activation: (uint)epilogue.Activation, hasResidual: epilogue.Residual is not null,
                pixels: (uint)places.Pixels, lines: (uint)places.Lines, channels: (uint)places.Channels, fours: AreFours(places, y[3]),
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            places.PlaceGroups(y[2], y[3]), places.ChannelGroups(w[0], local), y[0], g.Flops);
    }

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        Tensor packed = PackChannelsLast(lowering, weight, w[0], w[1], (long)w[2] * w[3]);
        long height = Lowering.DivideUp(x[2], g.Stride), width = Lowering.DivideUp(x[3], g.Stride);
        int local = DirectForm.LocalSize(lowering.Device);
        DirectPlaces places = DirectPlaces.For(local, w[1], height, width, (int)Lowering.DivideUp(w[3], g.Stride), 1, g.Dilation);
        DirectForm.Launch(
            lowering,
            Conv2dInputGradientDirectKernel.Call(gradOutput, packed, gradInput,
                (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, 0,
                localSizeX: (uint)local, pixels: (uint)places.Pixels, lines: (uint)places.Lines, channels: (uint)places.Channels, fours: g.Stride == 1 && AreFours(places, x[3]),
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            places.PlaceGroups(height, width), places.ChannelGroups(w[1], local), (long)x[0] * g.Stride * g.Stride, g.Flops);
    }

    public static long WeightGradientGroups(DeviceProfile device, Conv2dGeometry g)
    {
        (int inputs, int rowTaps) = TapsFor(g);
        int local = DirectForm.LocalSize(device), channels = DirectPlaces.ChannelsFor(g.Weight[0], local);
        return Lowering.DivideUp(g.Weight[1], inputs) * Lowering.DivideUp(g.Weight[2], rowTaps) * Lowering.DivideUp(g.Weight[0], channels * local);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor target, long imagesPerSplit)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        Tensor packed = PackChannelsLast(lowering, gradOutput, y[0], y[1], (long)y[2] * y[3]);
        (int inputs, int rowTaps) = TapsFor(g);
        int local = DirectForm.LocalSize(lowering.Device), channels = DirectPlaces.ChannelsFor(w[0], local);
        DirectForm.Launch(
            lowering,
            Conv2dWeightGradientDirectKernel.Call(packed, input, target,
                (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, (uint)imagesPerSplit,
                localSizeX: (uint)local, rowTaps: (uint)rowTaps, inputs: (uint)inputs, channels: (uint)channels,
                kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation),
            Lowering.DivideUp(w[1], inputs) * Lowering.DivideUp(w[2], rowTaps), Lowering.DivideUp(w[0], (long)channels * local), Lowering.DivideUp(x[0], imagesPerSplit),
            g.Flops);
    }

    private static bool AreFours(DirectPlaces places, int width) => places.Pixels % 4 == 0 && width % 4 == 0;

    // Input channels and rows of the kernel that an invocation of the weight's gradient holds.
    private static (int Inputs, int RowTaps) TapsFor(Conv2dGeometry g)
    {
        Shape w = g.Weight;
        (int Inputs, int RowTaps) best = (1, 1);
        for (int inputs = 1; inputs <= Math.Min(MostInputs, w[1]); inputs++)
            for (int rowTaps = 1; rowTaps <= w[2] && inputs * rowTaps * w[3] <= MostTaps; rowTaps++)
                if (Cost(inputs, rowTaps) < Cost(best.Inputs, best.RowTaps)) best = (inputs, rowTaps);
        return best;

        long Cost(int inputs, int rowTaps) => Lowering.DivideUp(w[1], inputs) * Lowering.DivideUp(w[2], rowTaps) * ((inputs * rowTaps * w[3]) + TapsOfLoads);
    }

    private static Tensor PackChannelsLast(Lowering lowering, Tensor tensor, int batches, int channels, long positions)
    {
        Tensor packed = lowering.Scratch(new Shape(batches, (int)positions, (int)PackedImages.Padded(channels)));
        PackedImages.Pack(lowering, tensor, packed, batches, channels, positions, storage: 0);
        return packed;
    }
}
