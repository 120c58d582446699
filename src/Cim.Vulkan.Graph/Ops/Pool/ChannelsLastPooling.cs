using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Pooling of images that lie channels last.</summary>
internal static class ChannelsLastPooling
{
    /// <summary>Appends the launch that pools.</summary>
    /// <param name="lowering">Takes the launch.</param>
    /// <param name="input"><c>[batch, channels, height, width]</c></param>
    /// <param name="output">One element a window.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="padding">Rows and columns around an image.</param>
    /// <param name="isMax">The largest element of a window instead of its sum.</param>
    /// <param name="scale">What sums are multiplied with.</param>
    public static void Launch(Lowering lowering, Tensor input, Tensor output, int kernelSize, int stride, int padding, bool isMax, float scale)
    {
        Shape from = input.Shape, to = output.Shape;
        lowering.LaunchLinear(
            Pool2dChannelsLastKernel.Call(input, output, (uint)(output.Count / 4), (uint)from[1], (uint)from[2], (uint)from[3], (uint)to[2], (uint)to[3],
                (uint)kernelSize, (uint)stride, (uint)padding, scale, isMax: isMax, storageX: lowering.StorageOf(input), storageY: lowering.StorageOf(output)),
            output.Count / 4, flops: (double)output.Count * kernelSize * kernelSize);
    }

    /// <summary>Appends the launch that hands gradients back, or spreads elements over windows.</summary>
    /// <param name="lowering">Takes the launch.</param>
    /// <param name="input">What was pooled, for a maximum; null for a sum.</param>
    /// <param name="gradOutput">One element a window.</param>
    /// <param name="gradInput"><c>[batch, channels, height, width]</c></param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="padding">Rows and columns around an image.</param>
    /// <param name="scale">What sums are multiplied with.</param>
    public static void LaunchBackward(
        Lowering lowering, Tensor? input, Tensor gradOutput, Tensor gradInput, int kernelSize, int stride, int padding, float scale)
    {
        Shape from = gradOutput.Shape, to = gradInput.Shape;
        lowering.LaunchLinear(
            Pool2dBackwardChannelsLastKernel.Call(input ?? gradOutput, gradOutput, gradInput,
                (uint)(gradInput.Count / 4), (uint)to[1], (uint)to[2], (uint)to[3], (uint)from[2], (uint)from[3], (uint)kernelSize, (uint)stride, (uint)padding, scale,
                isMax: input is not null, storageX: input is null ? 0 : lowering.StorageOf(input),
                storageGradOutput: lowering.StorageOf(gradOutput), storageGradInput: lowering.StorageOf(gradInput)),
            gradInput.Count / 4, flops: (double)gradOutput.Count * kernelSize * kernelSize);
    }
}
