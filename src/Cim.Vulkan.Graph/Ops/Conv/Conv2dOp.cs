using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>A two-dimensional convolution, activation(input * weight + bias + residual), batch and channels outermost.</summary>
public sealed class Conv2dOp : Op
{
    private readonly Conv2dGeometry _geometry;
    private readonly Activation _activation;
    private readonly int _biasInput = -1;
    private readonly int _residualInput = -1;

    /// <summary>Convolves images.</summary>
    /// <param name="input"><c>[batch, in, height, width]</c></param>
    /// <param name="weight"><c>[out, in, kernelHeight, kernelWidth]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="stride">Input positions from one output position to the next, along both axes.</param>
    /// <param name="padding">Zeros around the input, on all sides.</param>
    /// <param name="activation">Applied last: none or ReLU.</param>
    /// <param name="dilation">Input positions from one tap of the kernel to the next; above 1 only with a stride of 1.</param>
    /// <param name="residual">Added before the activation, shaped as the output; null for none.</param>
    public Conv2dOp(Tensor input, Tensor weight, Tensor? bias, int stride, int padding, Activation activation, int dilation = 1, Tensor? residual = null)
        : base("conv2d", new[] { input, weight, bias, residual }.OfType<Tensor>().ToArray(),
            new TensorSpec(new Conv2dGeometry(input.Shape, weight.Shape, stride, padding, dilation).Checked().Output))
    {
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
        if (bias is not null && bias.Shape != new Shape(weight.Shape[0]))
            throw Mismatch(Name, $"bias must be [{weight.Shape[0]}] to match weight {weight.Shape}, got {bias.Shape}");
        if (residual is not null && residual.Shape != OutputSpecs[0].Shape)
            throw Mismatch(Name, $"residual must be {OutputSpecs[0].Shape}, got {residual.Shape}");
        if (activation == Activation.Gelu) throw Mismatch(Name, "the activation must be none or ReLU");
        _geometry = new Conv2dGeometry(input.Shape, weight.Shape, stride, padding, dilation);
        _activation = activation;
        if (bias is not null) _biasInput = 2;
        if (residual is not null) _residualInput = Inputs.Count - 1;
    }

    /// <summary><c>[out]</c>, or null.</summary>
    public Tensor? Bias => _biasInput < 0 ? null : Inputs[_biasInput];

    /// <summary>Added before the activation, shaped as the output; null for none.</summary>
    public Tensor? Residual => _residualInput < 0 ? null : Inputs[_residualInput];

    /// <summary>Input positions from one output position to the next, along both axes.</summary>
    public int Stride => _geometry.Stride;

    /// <summary>Zeros around the input, on all sides.</summary>
    public int Padding => _geometry.Padding;

    /// <summary>Input positions from one tap of the kernel to the next.</summary>
    public int Dilation => _geometry.Dilation;

    /// <summary>Applied last.</summary>
    public Activation Activation => _activation;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Tensor grad = context.GradOutput;
        if (_activation == Activation.Relu) grad = grad.Graph.Add(new UnaryBackwardOp(UnaryKind.Relu, Output, grad, 0f, 0f)).Output;
        if (context.Needs(0)) context.Set(0, grad.Graph.Add(new Conv2dInputGradientOp(grad, Inputs[1], _geometry)).Output);
        if (context.Needs(1)) context.Set(1, grad.Graph.Add(new Conv2dWeightGradientOp(grad, Inputs[0], _geometry)).Output);
        if (Bias is not null && context.Needs(_biasInput)) context.Set(_biasInput, grad.Graph.Add(new ChannelSumOp(grad)).Output);
        if (Residual is not null && context.Needs(_residualInput)) context.Set(_residualInput, grad);
    }

    // The residual is read where the output is written.
    /// <inheritdoc/>
    protected internal override IEnumerable<Tensor> ImagesOfOneOrder => Residual is null ? [] : [Residual, Output];

    /// <inheritdoc/>
    protected internal override bool IsResidualSum => Residual is not null;

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => input == 0 || input == _residualInput;

    /// <inheritdoc/>
    protected internal override bool WritesChannelsLast(int output) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => ReadsChannelsLast(input);

    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        Conv2dChoice.LaunchForward(lowering, _geometry, Inputs[0], Inputs[1], new ConvolutionEpilogue(Bias, Residual, _activation), Output);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"{_geometry} activation={_activation} bias={_biasInput} residual={_residualInput}";
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
    /// <summary>activation(input convolved with weight + bias + residual).</summary>
    /// <param name="input"><c>[batch, in, height, width]</c></param>
    /// <param name="weight"><c>[out, in, kernelHeight, kernelWidth]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="stride">Input positions from one output position to the next, along both axes.</param>
    /// <param name="padding">Zeros around the input, on all sides.</param>
    /// <param name="activation">Applied last.</param>
    /// <param name="dilation">Input positions from one tap of the kernel to the next; above 1 only with a stride of 1.</param>
    /// <param name="residual">Added before the activation, shaped as the result; null for none.</param>
    /// <returns><c>[batch, out, outHeight, outWidth]</c></returns>
    /// <exception cref="System.ArgumentException">Sizes do not fit together.</exception>
    public static Tensor Conv2d(
        this Tensor input, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, Activation activation = Activation.None,
        int dilation = 1, Tensor? residual = null) =>
        activation == Activation.Gelu
            ? input.Conv2d(weight, bias, stride, padding, dilation: dilation, residual: residual).Gelu()
            : input.Graph.Add(new Conv2dOp(input, weight, bias, stride, padding, activation, dilation, residual)).Output;
}
