using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Largest element of each window of each channel.</summary>
public sealed class MaxPool2dOp : Op
{
    private readonly int _kernelSize;
    private readonly int _stride;
    private readonly int _padding;

    /// <summary>Pools images.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="padding">Rows and columns of minus infinity around an image, at most half a window.</param>
    public MaxPool2dOp(Tensor input, int kernelSize, int stride, int padding)
        : base("max_pool2d", new[] { input }, new TensorSpec(PoolArguments.Pooled("max_pool2d", input, kernelSize, stride, padding)))
    {
        _kernelSize = kernelSize;
        _stride = stride;
        _padding = padding;
    }

    /// <summary>Side of a window.</summary>
    public int KernelSize => _kernelSize;

    /// <summary>Distance of neighbouring windows.</summary>
    public int Stride => _stride;

    /// <summary>Rows and columns of minus infinity around an image.</summary>
    public int Padding => _padding;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new MaxPool2dBackwardOp(Inputs[0], Output, context.GradOutput, _kernelSize, _stride, _padding)).Output);

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => true;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => true;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        if (lowering.IsChannelsLast(Output))
        {
            ChannelsLastPooling.Launch(lowering, Inputs[0], Output, _kernelSize, _stride, _padding, isMax: true, 1f);
            return;
        }
        Shape input = Inputs[0].Shape;
        lowering.LaunchLinear(
            MaxPool2dKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)input[2], (uint)input[3], (uint)Output.Shape[2], (uint)Output.Shape[3],
                (uint)_kernelSize, (uint)_stride, (uint)_padding),
            Output.Count, flops: (double)Output.Count * _kernelSize * _kernelSize);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"kernel={_kernelSize} stride={_stride} padding={_padding}";
}

/// <summary>Gradient of <see cref="MaxPool2dOp"/>: each window hands its gradient to its first maximum.</summary>
public sealed class MaxPool2dBackwardOp : Op
{
    private readonly int _kernelSize;
    private readonly int _stride;
    private readonly int _padding;

    /// <summary>Hands gradients back.</summary>
    /// <param name="input">What was pooled.</param>
    /// <param name="output">The result of pooling.</param>
    /// <param name="gradOutput">Its gradient.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="padding">Rows and columns around an image.</param>
    public MaxPool2dBackwardOp(Tensor input, Tensor output, Tensor gradOutput, int kernelSize, int stride, int padding)
        : base("max_pool2d_backward", new[] { input, output, gradOutput }, input.Spec)
    {
        if (gradOutput.Shape != output.Shape) throw Mismatch(Name, $"the gradient must be {output.Shape}, got {gradOutput.Shape}");
        _kernelSize = kernelSize;
        _stride = stride;
        _padding = padding;
    }

    /// <inheritdoc/>
    protected internal override bool NeedsOneOrder => true;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => true;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => true;

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        if (lowering.IsChannelsLast(Output))
        {
            ChannelsLastPooling.LaunchBackward(lowering, Inputs[0], Inputs[2], Output, _kernelSize, _stride, _padding, 1f);
            return;
        }
        Shape input = Inputs[0].Shape, output = Inputs[1].Shape;
        lowering.LaunchLinear(
            MaxPool2dBackwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Output,
                (uint)Output.Count, (uint)input[2], (uint)input[3], (uint)output[2], (uint)output[3], (uint)_kernelSize, (uint)_stride, (uint)_padding),
            Output.Count, flops: Inputs[1].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"kernel={_kernelSize} stride={_stride} padding={_padding}";
}

/// <summary>Max pooling as a method of tensors.</summary>
public static class MaxPool2dExtensions
{
    /// <summary>Largest element of each window: <c>[batch, channels, (height + 2 padding - kernelSize) / stride + 1, …]</c>.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="padding">Rows and columns of minus infinity around an image, at most half a window.</param>
    public static Tensor MaxPool2d(this Tensor input, int kernelSize, int stride, int padding = 0) =>
        input.Graph.Add(new MaxPool2dOp(input, kernelSize, stride, padding)).Output;
}
