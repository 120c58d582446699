using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions of packed images on matrix units.</summary>
internal static class CooperativeConvolution
{
    /// <summary>The call of a convolution, or of the gradient of its input.</summary>
    public static KernelCall<Tensor> Call(
        Lowering lowering, PackedTaps taps, CooperativeTile t, Tensor source, Tensor weights, ConvolutionEpilogue epilogue, Tensor target, uint[] u)
    {
        KernelCall<Tensor> call = Conv2dCooperativeKernel.Call(source, weights, epilogue.Bias ?? source, epilogue.Residual ?? source, target,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
            IsBFloat16(t) ? Conv2dCooperativeKernel.Product.BFloat16 : Conv2dCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, hasBias: epilogue.Bias is not null, activation: (uint)epilogue.Activation,
            hasResidual: epilogue.Residual is not null, storageResidual: epilogue.Residual is null ? 0 : lowering.StorageOf(epilogue.Residual),
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K, tapRows: taps.Rows, tapColumns: taps.Columns,
            step: taps.Step, phases: taps.Phases, dilation: taps.Dilation,
            storageX: lowering.StorageOf(source), storageY: lowering.StorageOf(target), channelsLastY: lowering.IsChannelsLast(target),
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        return call;
    }

    /// <summary>The call of the gradient of the weights.</summary>
    public static KernelCall<Tensor> WeightGradientCall(
        Lowering lowering, Conv2dGeometry g, CooperativeTile t, Tensor gradOutput, Tensor input, Tensor target, uint[] u)
    {
        KernelCall<Tensor> call = Conv2dWeightGradientCooperativeKernel.Call(gradOutput, input, target,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
            IsBFloat16(t) ? Conv2dWeightGradientCooperativeKernel.Product.BFloat16 : Conv2dWeightGradientCooperativeKernel.Product.Float16,
            localSizeX: (uint)t.LocalSize, storageY: lowering.StorageOf(gradOutput), storageX: lowering.StorageOf(input),
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: (uint)t.K,
            kernelHeight: (uint)g.Weight[2], kernelWidth: (uint)g.Weight[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation,
            matrixM: (uint)t.Matrix.M, matrixN: (uint)t.Matrix.N, matrixK: (uint)t.Matrix.K, subgroupSize: (uint)t.SubgroupSize, subgroupsN: (uint)t.SubgroupsN);
        call.RequiredSubgroupSize = t.SubgroupSize;
        return call;
    }

    private static bool IsBFloat16(CooperativeTile t) => t.Matrix.Precision == Precision.BFloat16;
}
