using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>A two-dimensional convolution, activation(input * weight + bias), batch and channels outermost.</summary>
public sealed class Conv2dOp : Op
{
    private readonly Conv2dGeometry _geometry;
    private readonly Activation _activation;

    /// <summary>Convolves images.</summary>
    /// <param name="input"><c>[batch, in, height, width]</c></param>
    /// <param name="weight"><c>[out, in, kernelHeight, kernelWidth]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="stride">Input positions from one output position to the next, along both axes.</param>
    /// <param name="padding">Zeros around the input, on all sides.</param>
    /// <param name="activation">Applied after the bias: none or ReLU.</param>
    /// <param name="dilation">Input positions from one tap of the kernel to the next; above 1 only with a stride of 1.</param>
    public Conv2dOp(Tensor input, Tensor weight, Tensor? bias, int stride, int padding, Activation activation, int dilation = 1)
        : base("conv2d", new[] { input, weight, bias }.OfType<Tensor>().ToArray(),
            new TensorSpec(new Conv2dGeometry(input.Shape, weight.Shape, stride, padding, dilation).Checked().Output))
    {
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
        if (bias is not null && bias.Shape != new Shape(weight.Shape[0]))
            throw Mismatch(Name, $"bias must be [{weight.Shape[0]}] to match weight {weight.Shape}, got {bias.Shape}");
        if (activation == Activation.Gelu) throw Mismatch(Name, "the activation must be none or ReLU");
        _geometry = new Conv2dGeometry(input.Shape, weight.Shape, stride, padding, dilation);
        _activation = activation;
    }

    private Tensor? Bias => Inputs.Count > 2 ? Inputs[2] : null;

    /// <summary>Input positions from one output position to the next, along both axes.</summary>
    public int Stride => _geometry.Stride;

    /// <summary>Zeros around the input, on all sides.</summary>
    public int Padding => _geometry.Padding;

    /// <summary>Input positions from one tap of the kernel to the next.</summary>
    public int Dilation => _geometry.Dilation;

    /// <summary>Applied after the bias.</summary>
    public Activation Activation => _activation;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Tensor grad = context.GradOutput;
        if (_activation == Activation.Relu) grad = grad.Graph.Add(new UnaryBackwardOp(UnaryKind.Relu, Output, grad, 0f, 0f)).Output;
        if (context.Needs(0)) context.Set(0, grad.Graph.Add(new Conv2dInputGradientOp(grad, Inputs[1], _geometry)).Output);
        if (context.Needs(1)) context.Set(1, grad.Graph.Add(new Conv2dWeightGradientOp(grad, Inputs[0], _geometry)).Output);
        if (Bias is not null && context.Needs(2)) context.Set(2, grad.Graph.Add(new ChannelSumOp(grad)).Output);
    }

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => input == 0;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => ReadsChannelsLast(input);

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        Conv2dChoice.LaunchForward(lowering, _geometry, Inputs[0], Inputs[1], Bias, _activation, Output);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"{_geometry} activation={_activation}";
}

/// <summary>The gradient of a convolution's input: the transposed convolution.</summary>
public sealed class Conv2dInputGradientOp : Op
{
    private readonly Conv2dGeometry _geometry;

    internal Conv2dInputGradientOp(Tensor gradOutput, Tensor weight, Conv2dGeometry geometry)
        : base("conv2d_input_gradient", new[] { gradOutput, weight }, new TensorSpec(geometry.Input)) => _geometry = geometry;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => input == 0;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => ReadsChannelsLast(input);

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => Conv2dChoice.LaunchInputGradient(lowering, _geometry, Inputs[0], Inputs[1], Output);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => _geometry.ToString();
}

/// <summary>The gradient of a convolution's weight, summed over images and positions in fixed order.</summary>
public sealed class Conv2dWeightGradientOp : Op
{
    private readonly Conv2dGeometry _geometry;

    internal Conv2dWeightGradientOp(Tensor gradOutput, Tensor input, Conv2dGeometry geometry)
        : base("conv2d_weight_gradient", new[] { gradOutput, input }, new TensorSpec(geometry.Weight)) => _geometry = geometry;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => Conv2dChoice.LaunchWeightGradient(lowering, _geometry, Inputs[0], Inputs[1], Output);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => _geometry.ToString();
}

/// <summary>Convolutions as methods of tensors.</summary>
public static class Conv2dExtensions
{
    /// <summary>activation(input convolved with weight + bias).</summary>
    /// <param name="input"><c>[batch, in, height, width]</c></param>
    /// <param name="weight"><c>[out, in, kernelHeight, kernelWidth]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="stride">Input positions from one output position to the next, along both axes.</param>
    /// <param name="padding">Zeros around the input, on all sides.</param>
    /// <param name="activation">Applied after the bias.</param>
    /// <param name="dilation">Input positions from one tap of the kernel to the next; above 1 only with a stride of 1.</param>
    /// <returns><c>[batch, out, outHeight, outWidth]</c></returns>
    /// <exception cref="System.ArgumentException">Sizes do not fit together.</exception>
    public static Tensor Conv2d(
        this Tensor input, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, Activation activation = Activation.None,
        int dilation = 1) =>
        activation == Activation.Gelu
            ? input.Conv2d(weight, bias, stride, padding, dilation: dilation).Gelu()
            : input.Graph.Add(new Conv2dOp(input, weight, bias, stride, padding, activation, dilation)).Output;
}
