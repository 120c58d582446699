using System;

namespace Cim.Vulkan.Graph;

/// <summary>Chooses the kernels of a convolution and of its gradients: matrix products, packed images in 16 bits, the direct form for CPU drivers, the tiled form for GPUs.</summary>
internal static class Conv2dChoice
{
    public static void LaunchForward(Lowering lowering, Conv2dGeometry g, Tensor input, Tensor weight, ConvolutionEpilogue epilogue, Tensor output)
    {
        if (g.IsPointwise) PointwiseConvolution.LaunchForward(lowering, g, input, weight, epilogue, output);
        else if (SampledConvolution.Suits(lowering, g)) SampledConvolution.LaunchForward(lowering, g, input, weight, epilogue, output);
        else if (PackedConvolution.Suits(lowering)) PackedConvolution.LaunchForward(lowering, g, input, weight, epilogue, output);
        else if (DirectForm.Suits(lowering.Device)) DirectConvolution.LaunchForward(lowering, g, input, weight, epilogue, output);
        else TiledConvolution.LaunchForward(lowering, g, input, weight, epilogue, output);
    }

    public static void LaunchInputGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor weight, Tensor gradInput)
    {
        if (g.IsPointwise) PointwiseConvolution.LaunchInputGradient(lowering, g, gradOutput, weight, gradInput);
        else if (SampledConvolution.Suits(lowering, g)) SampledConvolution.LaunchInputGradient(lowering, g, gradOutput, weight, gradInput);
        else if (PackedConvolution.Suits(lowering)) PackedConvolution.LaunchInputGradient(lowering, g, gradOutput, weight, gradInput);
        else if (DirectForm.Suits(lowering.Device)) DirectConvolution.LaunchInputGradient(lowering, g, gradOutput, weight, gradInput);
        else TiledConvolution.LaunchInputGradient(lowering, g, gradOutput, weight, gradInput);
    }

    public static void LaunchWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor gradWeight)
    {
        if (g.IsPointwise) PointwiseConvolution.LaunchWeightGradient(lowering, g, gradOutput, input, gradWeight);
        else if (SampledConvolution.Suits(lowering, g)) SampledConvolution.LaunchWeightGradient(lowering, g, gradOutput, input, gradWeight);
        else LaunchCutWeightGradient(lowering, g, gradOutput, input, gradWeight);
    }

    // The sum over images is cut into pieces where there is too little work for the whole device.
    private static void LaunchCutWeightGradient(Lowering lowering, Conv2dGeometry g, Tensor gradOutput, Tensor input, Tensor gradWeight)
    {
        DeviceProfile device = lowering.Device;
        bool isPacked = PackedConvolution.Suits(lowering);
        long groups = isPacked ? PackedConvolution.WeightGradientGroups(lowering, g)
            : DirectForm.Suits(device) ? DirectConvolution.WeightGradientGroups(device, g) : TiledConvolution.WeightGradientGroups(device, g);
        long splits = Math.Max(1, Math.Min(g.Input[0], device.Tuning.WantedGroupsFor(device, g.WeightGradientSize(lowering.Precision)) / groups));
        long imagesPerSplit = Lowering.DivideUp(g.Input[0], splits);
        splits = Lowering.DivideUp(g.Input[0], imagesPerSplit);
        Tensor target = splits == 1 ? gradWeight : lowering.Scratch(new Shape((int)splits, (int)gradWeight.Count));
        if (isPacked) PackedConvolution.LaunchWeightGradient(lowering, g, gradOutput, input, target, imagesPerSplit);
        else if (DirectForm.Suits(device)) DirectConvolution.LaunchWeightGradient(lowering, g, gradOutput, input, target, imagesPerSplit);
        else TiledConvolution.LaunchWeightGradient(lowering, g, gradOutput, input, target, imagesPerSplit);
        if (splits > 1) MatmulChoice.LaunchSumOfPieces(lowering, target, gradWeight);
    }
}
