namespace Cim.Vulkan.Graph;

/// <summary>Convolutions with a 1 x 1 kernel as matrix products: each image is a matrix [channels, positions], the weight is [out, in].</summary>
internal static class PointwiseConvolution
{
    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, Tensor? bias, Activation activation, Tensor output) =>
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = MatmulLayout.Nn,
            M = g.Weight[0],
            N = Positions(g),
            K = g.Weight[1],
            OuterCount = g.Input[0],
            A = new MatmulOperand(weight, g.Weight[1]),
            B = Images(g, input),
            C = Images(g, output),
            Bias = bias,
            BiasPerRow = true,
            Activation = activation,
        });

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput) =>
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = MatmulLayout.Tn,
            M = g.Weight[1],
            N = Positions(g),
            K = g.Weight[0],
            OuterCount = g.Input[0],
            A = new MatmulOperand(weight, g.Weight[1]),
            B = Images(g, gradOutput),
            C = Images(g, gradInput),
        });

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor gradWeight) =>
        MatmulChoice.LaunchSum(lowering, new MatmulProblem
        {
            Layout = MatmulLayout.Nt,
            M = g.Weight[0],
            N = g.Weight[1],
            K = Positions(g),
            OuterCount = g.Input[0],
            A = Images(g, gradOutput),
            B = Images(g, input),
            C = new MatmulOperand(gradWeight, g.Weight[1]),
        });

    private static long Positions(Conv2dGeometry g) => (long)g.Input[2] * g.Input[3];

    private static MatmulOperand Images(Conv2dGeometry g, Tensor images) => new(images, Positions(g), images.Shape[1] * Positions(g));
}
