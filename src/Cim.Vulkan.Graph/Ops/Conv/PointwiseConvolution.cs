namespace Cim.Vulkan.Graph;

/// <summary>
/// Convolutions with a 1 x 1 kernel as matrix products; the weight is [out, in]. An image is a matrix [channels, positions], and channels-last images are one
/// matrix [positions of all, channels].
/// </summary>
internal static class PointwiseConvolution
{
    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output)
    {
        bool isLast = lowering.IsChannelsLast(output), readsLast = isLast || lowering.IsChannelsLast(input);
        Tensor source = isLast ? PackedImages.Of(lowering, input) : input;
        var kernel = new MatmulOperand(weight, g.Weight[1]);
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = readsLast ? MatmulLayout.Nt : MatmulLayout.Nn,
            M = isLast ? Pixels(g) : g.Weight[0],
            N = isLast ? g.Weight[0] : Positions(g),
            K = g.Weight[1],
            OuterCount = isLast ? 1 : g.Input[0],
            A = isLast ? Together(g.Weight[1], source) : kernel,
            B = isLast ? kernel : readsLast ? ChannelsLast(g, g.Weight[1], source) : Aligned(lowering, g, source),
            C = isLast ? Together(g.Weight[0], output) : Images(g, output),
            Bias = epilogue.Bias,
            BiasPerRow = !isLast,
            Residual = epilogue.Residual,
            Activation = epilogue.Activation,
        });
    }

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        bool isLast = lowering.IsChannelsLast(gradInput), readsLast = isLast || lowering.IsChannelsLast(gradOutput);
        Tensor source = isLast ? PackedImages.Of(lowering, gradOutput) : gradOutput;
        var kernel = new MatmulOperand(weight, g.Weight[1]);
        // Only here both operands of a product would lie across: the weight is turned.
        if (readsLast && !isLast) kernel = Together(g.Weight[0], PackedConvolution.PackWeights(lowering, g, weight, isGradient: true));
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = isLast ? MatmulLayout.Nn : readsLast ? MatmulLayout.Nt : MatmulLayout.Tn,
            M = isLast ? Pixels(g) : g.Weight[1],
            N = isLast ? g.Weight[1] : Positions(g),
            K = g.Weight[0],
            OuterCount = isLast ? 1 : g.Input[0],
            A = isLast ? Together(g.Weight[0], source) : kernel,
            B = isLast ? kernel : readsLast ? ChannelsLast(g, g.Weight[0], source) : Aligned(lowering, g, source),
            C = isLast ? Together(g.Weight[1], gradInput) : Images(g, gradInput),
        });
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor gradWeight)
    {
        var target = new MatmulOperand(gradWeight, g.Weight[1]);
        if (lowering.IsChannelsLast(gradOutput) || lowering.IsChannelsLast(input))
        {
            MatmulChoice.Launch(lowering, new MatmulProblem
            {
                Layout = MatmulLayout.Tn,
                M = g.Weight[0],
                N = g.Weight[1],
                K = Pixels(g),
                A = Together(g.Weight[0], PackedImages.Of(lowering, gradOutput)),
                B = Together(g.Weight[1], PackedImages.Of(lowering, input)),
                C = target,
            });
            return;
        }
        MatmulChoice.LaunchSum(lowering, new MatmulProblem
        {
            Layout = MatmulLayout.Nt,
            M = g.Weight[0],
            N = g.Weight[1],
            K = Positions(g),
            OuterCount = g.Input[0],
            A = Images(g, gradOutput),
            B = Images(g, input),
            C = target,
        });
    }

    private static long Positions(Conv2dGeometry g) => (long)g.Input[2] * g.Input[3];

    private static long Pixels(Conv2dGeometry g) => g.Input[0] * Positions(g);

    private static MatmulOperand Images(Conv2dGeometry g, Tensor images) => new(images, Positions(g), images.Shape[1] * Positions(g));

    // CPU drivers pay twice for rows that cannot be read by fours: their copy costs less.
    private static MatmulOperand Aligned(Lowering lowering, Conv2dGeometry g, Tensor images)
    {
        long positions = Positions(g), padded = Lowering.DivideUp(positions, 4) * 4;
        if (!DirectForm.Suits(lowering.Device) || padded == positions) return Images(g, images);
        int channels = images.Shape[1];
        Tensor copy = lowering.Scratch(new Shape(images.Shape[0], channels, (int)padded));
        var walk = new StridedWalk();
        walk.Add((long)images.Shape[0] * channels, positions, padded);
        walk.Add(positions, 1, 1);
        walk.Launch(lowering, images, copy);
        return new MatmulOperand(copy, padded, channels * padded);
    }

    // Channels-last images, one by one and as one matrix.
    private static MatmulOperand ChannelsLast(Conv2dGeometry g, int channels, Tensor images) => new(images, channels, channels * Positions(g));

    private static MatmulOperand Together(int channels, Tensor images) => new(images, PackedImages.Padded(channels));
}
