using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Convolutions in 16 bits as implicit matrix products, on matrix units where the device has them. They read channels-last images; others are packed first.
/// </summary>
internal static class PackedConvolution
{
    /// <summary>Whether products are multiplied in 16 bits.</summary>
    /// <param name="lowering">Knows the precision.</param>
    public static bool Suits(Lowering lowering) => lowering.Precision != Precision.Float32;

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output) =>
        Launch(lowering, g, PackedImages.Of(lowering, input), PackWeights(lowering, g, weight, isGradient: false), epilogue, output, isGradient: false);

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput) =>
        Launch(lowering, g, PackedImages.Of(lowering, gradOutput), PackWeights(lowering, g, weight, isGradient: true), default, gradInput, isGradient: true);

    public static long WeightGradientGroups(Lowering lowering, Conv2dGeometry g)
    {
        MatmulChoice.Tiles t = WeightTile(lowering, g);
        return Lowering.DivideUp(Columns(g), t.N) * Lowering.DivideUp(g.Weight[0], t.M);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor target, long imagesPerSplit)
    {
        Shape w = g.Weight, x = g.Input, y = g.Output;
        MatmulChoice.Tiles t = WeightTile(lowering, g);
        Tensor packedGrad = PackedImages.Of(lowering, gradOutput), packedInput = PackedImages.Of(lowering, input);
        uint[] numbers = { (uint)x[0], (uint)w[1], (uint)w[0], (uint)x[2], (uint)x[3], (uint)y[2], (uint)y[3], (uint)g.Padding, (uint)g.Padding, (uint)imagesPerSplit };
        KernelCall<Tensor> call = t.Cooperative is { } cooperative ? CooperativeConvolution.WeightGradientCall(lowering, g, cooperative, packedGrad, packedInput, target, numbers)
            : HalfTiledConvolution.WeightGradientCall(lowering, g, t, packedGrad, packedInput, target, numbers);
        lowering.Launch(call, Lowering.DivideUp(Columns(g), t.N), Lowering.DivideUp(w[0], t.M), Lowering.DivideUp(x[0], imagesPerSplit), g.Flops);
    }

    // Forward, or the gradient of the input as a convolution of the output's gradient for every remainder of places by the stride.
    private static void Launch(
        Lowering lowering, Conv2dGeometry g, Tensor source, Tensor weights, ConvolutionEpilogue epilogue, Tensor target, bool isGradient)
    {
        Shape from = isGradient ? g.Output : g.Input, to = target.Shape;
        int phases = isGradient ? g.Stride : 1, rows = Taps(g, 2, isGradient), columns = Taps(g, 3, isGradient);
        long positions = to[0] * Lowering.DivideUp(to[2], phases) * Lowering.DivideUp(to[3], phases);
        MatmulChoice.Tiles t = TileFor(lowering, positions, to[1], phases * phases, isGradient ? g.InputGradientSize(lowering.Precision) : g.ForwardSize(lowering.Precision));
        uint[] numbers =
        {
            (uint)from[0], (uint)PackedImages.Padded(from[1]), (uint)from[2], (uint)from[3], (uint)to[1], (uint)to[2], (uint)to[3], isGradient ? (uint)g.Padding : 0,
            isGradient ? (uint)((rows - 1) * g.Dilation) : (uint)g.Padding, isGradient ? (uint)((columns - 1) * g.Dilation) : (uint)g.Padding,
        };
        var taps = new PackedTaps((uint)rows, (uint)columns, isGradient ? 1 : (uint)g.Stride, (uint)phases, (uint)g.Dilation);
        KernelCall<Tensor> call = t.Cooperative is { } cooperative ? CooperativeConvolution.Call(lowering, taps, cooperative, source, weights, epilogue, target, numbers)
            : HalfTiledConvolution.Call(lowering, taps, t, source, weights, epilogue, target, numbers);
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

    private static MatmulChoice.Tiles WeightTile(Lowering lowering, Conv2dGeometry g) => TileFor(lowering, g.Weight[0], Columns(g), 1, g.WeightGradientSize(lowering.Precision));

    // On matrix units an invocation keeps where it reads, so its fetches must lie below each other; those of the other form do in every tile.
    private static MatmulChoice.Tiles TileFor(Lowering lowering, long rows, long columns, long batches, KernelSize size)
    {
        KernelTile? tuned = lowering.Device.TunedTile(size);
        return CooperativeTile.For(lowering.Device, lowering.Precision, rows, columns, batches, readsColumns: true, tuned: tuned) is { } cooperative
            ? MatmulChoice.Tiles.Of(cooperative) : MatmulChoice.Tiles.Of(TileChoice.For(lowering.Device, rows, columns, tuned: tuned, precision: lowering.Precision));
    }
}

/// <summary>How a convolution of packed images walks.</summary>
/// <param name="Rows">Rows of the packed weights.</param>
/// <param name="Columns">Columns of the packed weights.</param>
/// <param name="Step">Positions of the source from one of a phase's positions to the next.</param>
/// <param name="Phases">Positions of the target from one of a phase's positions to the next.</param>
/// <param name="Dilation">Positions of the source from one tap to the next.</param>
internal readonly record struct PackedTaps(uint Rows, uint Columns, uint Step, uint Phases, uint Dilation);
