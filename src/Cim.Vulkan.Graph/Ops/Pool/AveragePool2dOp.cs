using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Sum of each window of each channel, times a scale: average pooling, and the gradient of nearest up-sampling.</summary>
public sealed class AveragePool2dOp : Op
{
    private readonly int _kernelSize;
    private readonly int _stride;
    private readonly float _scale;

    /// <summary>Pools images.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="scale">What sums are multiplied with.</param>
    public AveragePool2dOp(Tensor input, int kernelSize, int stride, float scale)
        : base("average_pool2d", new[] { input }, new TensorSpec(PoolArguments.Pooled("average_pool2d", input, kernelSize, stride, 0)))
    {
        _kernelSize = kernelSize;
        _stride = stride;
        _scale = scale;
    }

    /// <summary>Side of a window.</summary>
    public int KernelSize => _kernelSize;

    /// <summary>Distance of neighbouring windows.</summary>
    public int Stride => _stride;

    /// <summary>What sums are multiplied with.</summary>
    public float Scale => _scale;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new SpreadWindowsOp(context.GradOutput, Inputs[0].Shape, _kernelSize, _stride, _scale)).Output);

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
            ChannelsLastPooling.Launch(lowering, Inputs[0], Output, _kernelSize, _stride, 0, isMax: false, _scale);
            return;
        }
        Shape input = Inputs[0].Shape;
        lowering.LaunchLinear(
            AveragePool2dKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)input[2], (uint)input[3], (uint)Output.Shape[2], (uint)Output.Shape[3],
                (uint)_kernelSize, (uint)_stride, _scale),
            Output.Count, flops: (double)Output.Count * _kernelSize * _kernelSize);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"kernel={_kernelSize} stride={_stride} scale={FloatBits.Of(_scale):x8}";
}

/// <summary>Each element spread over its window, times a scale: the gradient of average pooling, and nearest up-sampling.</summary>
public sealed class SpreadWindowsOp : Op
{
    private readonly int _kernelSize;
    private readonly int _stride;
    private readonly float _scale;

    /// <summary>Spreads elements over windows; where windows overlap, they add.</summary>
    /// <param name="input">One element a window, <c>[batch, channels, …]</c>.</param>
    /// <param name="shape">The images' shape, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    /// <param name="scale">What sums are multiplied with.</param>
    public SpreadWindowsOp(Tensor input, Shape shape, int kernelSize, int stride, float scale)
        : base("spread_windows", new[] { input }, new TensorSpec(shape))
    {
        PoolArguments.CheckImages(Name, input);
        _kernelSize = kernelSize;
        _stride = stride;
        _scale = scale;
    }

    /// <summary>Side of a window.</summary>
    public int KernelSize => _kernelSize;

    /// <summary>Distance of neighbouring windows.</summary>
    public int Stride => _stride;

    /// <summary>What sums are multiplied with.</summary>
    public float Scale => _scale;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new AveragePool2dOp(context.GradOutput, _kernelSize, _stride, _scale)).Output);

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
            ChannelsLastPooling.LaunchBackward(lowering, null, Inputs[0], Output, _kernelSize, _stride, 0, _scale);
            return;
        }
        Shape input = Inputs[0].Shape;
        lowering.LaunchLinear(
            AveragePool2dBackwardKernel.Call(Inputs[0], Output,
                (uint)Output.Count, (uint)Output.Shape[2], (uint)Output.Shape[3], (uint)input[2], (uint)input[3], (uint)_kernelSize, (uint)_stride, _scale),
            Output.Count, flops: (double)input.Count * _kernelSize * _kernelSize);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"kernel={_kernelSize} stride={_stride} scale={FloatBits.Of(_scale):x8}";
}

/// <summary>Averaging and nearest up-sampling as methods of tensors.</summary>
public static class AveragePool2dExtensions
{
    /// <summary>Mean of each window: <c>[batch, channels, (height - kernelSize) / stride + 1, …]</c>.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="kernelSize">Side of a window.</param>
    /// <param name="stride">Distance of neighbouring windows.</param>
    public static Tensor AveragePool2d(this Tensor input, int kernelSize, int stride) =>
        input.Graph.Add(new AveragePool2dOp(input, kernelSize, stride, 1f / ((float)kernelSize * kernelSize))).Output;

    /// <summary>Mean of each channel: <c>[batch, channels]</c>.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    public static Tensor GlobalAveragePool(this Tensor input)
    {
        Shape shape = PoolArguments.CheckImages("global_average_pool", input);
        return input.SumTo(new Shape(shape[0], shape[1], 1, 1)).Scale(1f / ((float)shape[2] * shape[3])).Reshape(shape[0], shape[1]);
    }

    /// <summary>Every pixel repeated: <c>[batch, channels, height * factor, width * factor]</c>.</summary>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="factor">How often along each axis.</param>
    public static Tensor UpsampleNearest(this Tensor input, int factor)
    {
        Shape shape = PoolArguments.CheckImages("upsample_nearest", input);
        AxisArguments.RequirePositive("upsample_nearest", "factor", factor);
        Shape larger = shape.With(2, checked(shape[2] * factor)).With(3, checked(shape[3] * factor));
        return input.Graph.Add(new SpreadWindowsOp(input, larger, factor, factor, 1f)).Output;
    }
}
