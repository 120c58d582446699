using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions as implicit matrix products on matrix units. They read channels-last images; others are packed first.</summary>
internal static class CooperativeConvolution
{
    /// <summary>Whether the device has matrix units for the precision that is planned for.</summary>
    /// <param name="lowering">Knows both.</param>
    public static bool Suits(Lowering lowering) => CooperativeTile.IsThere(lowering.Device, lowering.Precision);

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output) =>
        Launch(lowering, g, PackedImages.Of(lowering, input), PackWeights(lowering, g, weight, isGradient: false), epilogue, output, isGradient: false);

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput) =>
        Launch(lowering, g, PackedImages.Of(lowering, gradOutput), PackWeights(lowering, g, weight, isGradient: true), default, gradInput, isGradient: true);

    public static long WeightGradientGroups(Lowering lowering, Conv2dGeometry g)
    {
        CooperativeTile t = WeightTile(lowering, g);
        return Lowering.DivideUp(Columns(g), t.N) * Lowering.DivideUp(g.Weight[0], t.M);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor target, long imagesPerSplit)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        CooperativeTile t = WeightTile(lowering, g);
        Tensor packedGrad = PackedImages.Of(lowering, gradOutput), packedInput = PackedImages.Of(lowering, input);
        KernelCall<Tensor> call = Conv2dWeightGradientCooperativeKernel.Call(packedGrad, packedInput, target,
            (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, (uint)imagesPerSplit,
            IsBFloat16(t) ? Conv2dWeightGradientCooperativeKernel.Product.BFloat16 : Conv2dWeightGradientCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, storageY: lowering.StorageOf(packedGrad), storageX: lowering.StorageOf(packedInput),
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K,
            kernelHeight: (uint)w[2], kernelWidth: (uint)w[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation,
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        lowering.Launch(call, Lowering.DivideUp(Columns(g), t.N), Lowering.DivideUp(w[0], t.M), Lowering.DivideUp(x[0], imagesPerSplit), g.Flops);
    }

    // Forward, or the gradient of the input as a convolution of the output's gradient for every remainder of places by the stride.
    private static void Launch(
        Lowering lowering, Conv2dGeometry g, Tensor source, Tensor weights, ConvolutionEpilogue epilogue, Tensor target, bool isGradient)
    {
        Shape from = isGradient ? g.Output : g.Input, to = target.Shape;
        int phases = isGradient ? g.Stride : 1, rows = Taps(g, 2, isGradient), columns = Taps(g, 3, isGradient);
        long positions = to[0] * Lowering.DivideUp(to[2], phases) * Lowering.DivideUp(to[3], phases);
        CooperativeTile t = TileFor(lowering, positions, to[1], phases * phases, isGradient ? g.InputGradientSize(lowering.Precision) : g.ForwardSize(lowering.Precision));
        KernelCall<Tensor> call = Conv2dCooperativeKernel.Call(source, weights, epilogue.Bias ?? source, epilogue.Residual ?? source, target,
            (uint)from[0], (uint)PackedImages.Padded(from[1]), (uint)from[2], (uint)from[3], (uint)to[1], (uint)to[2], (uint)to[3],
            isGradient ? (uint)g.Padding : 0, isGradient ? (uint)((rows - 1) * g.Dilation) : (uint)g.Padding, isGradient ? (uint)((columns - 1) * g.Dilation) : (uint)g.Padding,
            IsBFloat16(t) ? Conv2dCooperativeKernel.Product.BFloat16 : Conv2dCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, hasBias: epilogue.Bias is not null, activation: (uint)epilogue.Activation,
            hasResidual: epilogue.Residual is not null, storageResidual: epilogue.Residual is null ? 0 : lowering.StorageOf(epilogue.Residual),
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K, tapRows: (uint)rows, tapColumns: (uint)columns,
            step: isGradient ? 1 : (uint)g.Stride, phases: (uint)phases, dilation: (uint)g.Dilation,
            storageX: lowering.StorageOf(source), storageY: lowering.StorageOf(target), channelsLastY: lowering.IsChannelsLast(target),
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        lowering.Launch(call, Lowering.DivideUp(positions, t.M), Lowering.DivideUp(to[1], t.N), (long)phases * phases, g.Flops);
    }

    /// <summary>The weights in 16 bits, <c>[phases * own channels, rows * columns, other channels]</c>, the last padded to a multiple of 4.</summary>
    /// <param name="lowering">Takes the launch and gives scratch.</param>
    /// <param name="g">Sizes.</param>
    /// <param name="weight"><c>[out, in, kernelHeight, kernelWidth]</c></param>
    /// <param name="isGradient">Turned for the gradient of the input: its channels are the own ones.</param>
    public static Tensor PackWeights(Lowering lowering, Conv2dGeometry g, Tensor weight, bool isGradient)
    {
        Shape w = g.Weight;
        int stride = isGradient ? g.Stride : 1;
        long own = (long)stride * stride * (isGradient ? w[1] : w[0]), taps = (long)Taps(g, 2, isGradient) * Taps(g, 3, isGradient);
        Tensor source = lowering.CopyForProducts(weight) ?? weight, packed = lowering.HalfScratch(new Shape((int)own, (int)taps, (int)PackedImages.Padded(isGradient ? w[0] : w[1])));
        lowering.LaunchLinear(
            PackConvolutionWeightsKernel.Call(source, packed, (uint)w[0], (uint)w[1], (uint)w[2], (uint)w[3], (uint)stride, (uint)g.Padding,
                storageY: (uint)lowering.Precision, isGradient: isGradient, storageW: lowering.StorageOf(source)),
            packed.Count / 4);
        return packed;
    }

    // Taps along an axis; of a gradient, those that one phase can meet.
    private static int Taps(Conv2dGeometry g, int axis, bool isGradient) => isGradient ? (int)Lowering.DivideUp(g.Weight[axis], g.Stride) : g.Weight[axis];

    private static long Columns(Conv2dGeometry g) => PackedImages.Padded(g.Weight[1]) * g.Weight[2] * g.Weight[3];

    private static CooperativeTile WeightTile(Lowering lowering, Conv2dGeometry g) => TileFor(lowering, g.Weight[0], Columns(g), 1, g.WeightGradientSize(lowering.Precision));

    // An invocation keeps where it reads, so its fetches must lie below each other.
    private static CooperativeTile TileFor(Lowering lowering, long rows, long columns, long batches, KernelSize size) =>
        CooperativeTile.For(lowering.Device, lowering.Precision, rows, columns, batches, readsColumns: true, tuned: lowering.Device.TunedTile(size))
        ?? throw new PlanException($"convolution: {lowering.Device.Name} has no tile for its matrix units");

    private static bool IsBFloat16(CooperativeTile t) => t.Matrix.Precision == Precision.BFloat16;
}
