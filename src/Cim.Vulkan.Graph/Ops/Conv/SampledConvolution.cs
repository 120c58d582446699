namespace Cim.Vulkan.Graph;

/// <summary>
/// Convolutions with a 1 x 1 kernel and a stride in fp32: the places that count are gathered first, then it is a matrix product. Reading them
/// in place costs CPU drivers twice the time of the product.
/// </summary>
internal static class SampledConvolution
{
    public static bool Suits(Lowering lowering, Conv2dGeometry g) => g.IsSampled && DirectForm.Suits(lowering.Device) && !PackedConvolution.Suits(lowering);

    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output) =>
        PointwiseConvolution.LaunchForward(lowering, g.OfSamples, Gather(lowering, g, input), weight, epilogue, output);

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        Tensor samples = lowering.Scratch(g.OfSamples.Input);
        PointwiseConvolution.LaunchInputGradient(lowering, g.OfSamples, gradOutput, weight, samples);
        lowering.Fill(gradInput, 0);
        Walk(g, isGather: false).Launch(lowering, samples, gradInput);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor gradWeight) =>
        PointwiseConvolution.LaunchWeightGradient(lowering, g.OfSamples, gradOutput, Gather(lowering, g, input), gradWeight);

    private static Tensor Gather(Lowering lowering, Conv2dGeometry g, Tensor images)
    {
        Tensor samples = lowering.Scratch(g.OfSamples.Input);
        Walk(g, isGather: true).Launch(lowering, images, samples);
        return samples;
    }

    private static StridedWalk Walk(Conv2dGeometry g, bool isGather)
    {
        Shape all = g.Input, some = g.OfSamples.Input;
        var walk = new StridedWalk();
        void Add(long length, long strideInAll, long strideInSome) => walk.Add(length, isGather ? strideInAll : strideInSome, isGather ? strideInSome : strideInAll);
        Add((long)some[0] * some[1], (long)all[2] * all[3], (long)some[2] * some[3]);
        Add(some[2], (long)g.Stride * all[3], some[3]);
        Add(some[3], g.Stride, 1);
        return walk;
    }
}
