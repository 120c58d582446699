using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Convolutions of packed images without matrix units: operands are rounded to 16 bits, multiplied and added in fp32.</summary>
internal static class HalfTiledConvolution
{
    /// <summary>The call of a convolution, or of the gradient of its input.</summary>
    public static KernelCall<Tensor> Call(
        Lowering lowering, PackedTaps taps, MatmulChoice.Tiles t, Tensor source, Tensor weights, ConvolutionEpilogue epilogue, Tensor target, uint[] u) =>
        Conv2dHalfTiledKernel.Call(source, weights, epilogue.Bias ?? source, epilogue.Residual ?? source, target,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
            t.ThreadTile == 8 ? Conv2dHalfTiledKernel.ThreadTile.ThreadTile8 : Conv2dHalfTiledKernel.ThreadTile.ThreadTile4,
            localSizeX: (uint)t.LocalSize, hasBias: epilogue.Bias is not null, activation: (uint)epilogue.Activation,
            hasResidual: epilogue.Residual is not null, storageResidual: epilogue.Residual is null ? 0 : lowering.StorageOf(epilogue.Residual),
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: TileChoice.K, tapRows: taps.Rows, tapColumns: taps.Columns,
            step: taps.Step, phases: taps.Phases, dilation: taps.Dilation,
            storageX: lowering.StorageOf(source), storageY: lowering.StorageOf(target), channelsLastY: lowering.IsChannelsLast(target),
            productStorage: (uint)lowering.Precision);

    /// <summary>The call of the gradient of the weights.</summary>
    public static KernelCall<Tensor> WeightGradientCall(
        Lowering lowering, Conv2dGeometry g, MatmulChoice.Tiles t, Tensor gradOutput, Tensor input, Tensor target, uint[] u) =>
        Conv2dWeightGradientHalfTiledKernel.Call(gradOutput, input, target,
            u[0], u[1], u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9],
            t.ThreadTile == 8 ? Conv2dWeightGradientHalfTiledKernel.ThreadTile.ThreadTile8 : Conv2dWeightGradientHalfTiledKernel.ThreadTile.ThreadTile4,
            localSizeX: (uint)t.LocalSize, storageY: lowering.StorageOf(gradOutput), storageX: lowering.StorageOf(input),
            tileM: (uint)t.M, tileN: (uint)t.N, tileK: TileChoice.K,
            kernelHeight: (uint)g.Weight[2], kernelWidth: (uint)g.Weight[3], strideY: (uint)g.Stride, strideX: (uint)g.Stride, dilation: (uint)g.Dilation,
            productStorage: (uint)lowering.Precision);
}
