using System;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>A linear layer, activation(x weightᵀ + bias) + residual, in one kernel.</summary>
public sealed class LinearOp : Op
{
    private readonly Activation _activation;
    private readonly int _biasInput = -1;
    private readonly int _residualInput = -1;

    /// <summary>Applies a linear layer.</summary>
    /// <param name="input"><c>[rows, in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="activation">Applied after the bias. With GELU, the gradient computes the product a second time.</param>
    /// <param name="residual"><c>[rows, out]</c>, added last, or null; not together with an activation.</param>
    public LinearOp(Tensor input, Tensor weight, Tensor? bias, Activation activation, Tensor? residual)
        : base("linear", new[] { input, weight, bias, residual }.OfType<Tensor>().ToArray(), new TensorSpec(OutputShape(input.Shape, weight.Shape)))
    {
        int outputs = weight.Shape[0];
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
        if (bias is not null && bias.Shape != new Shape(outputs))
            throw Mismatch(Name, $"bias must be [{outputs}] to match weight {weight.Shape}, got {bias.Shape}");
        if (residual is not null && residual.Shape != OutputSpecs[0].Shape)
            throw Mismatch(Name, $"residual must be {OutputSpecs[0].Shape}, got {residual.Shape}");
        if (residual is not null && activation != Activation.None) throw Mismatch(Name, "a residual and an activation do not go together in one op");
        _activation = activation;
        if (bias is not null) _biasInput = 2;
        if (residual is not null) _residualInput = Inputs.Count - 1;
    }

    /// <summary>Applied after the bias.</summary>
    public Activation Activation => _activation;

    /// <summary>Added to the product, <c>[out]</c>; null for none.</summary>
    public Tensor? Bias => _biasInput < 0 ? null : Inputs[_biasInput];

    /// <summary>Added last, <c>[rows, out]</c>; null for none.</summary>
    public Tensor? Residual => _residualInput < 0 ? null : Inputs[_residualInput];

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Tensor input = Inputs[0], weight = Inputs[1], grad = context.GradOutput;
        if (_residualInput >= 0 && context.Needs(_residualInput)) context.Set(_residualInput, grad);
        if (_activation == Activation.Relu) grad = grad.Graph.Add(new UnaryBackwardOp(UnaryKind.Relu, Output, grad, 0f, 0f)).Output;
        if (_activation == Activation.Gelu)
        {
            Tensor linear = input.Graph.Add(new LinearOp(input, weight, Bias, Activation.None, null)).Output;
            grad = MatMulOp.GeluGradient(grad, linear) ?? grad.Graph.Add(new UnaryBackwardOp(UnaryKind.Gelu, linear, grad, 0f, 0f)).Output;
        }
        if (context.Needs(0)) context.Set(0, grad.MatMul(weight));
        if (context.Needs(1)) context.Set(1, grad.MatMul(input, transposeA: true));
        if (_biasInput >= 0 && context.Needs(_biasInput)) context.Set(_biasInput, grad.Sum(0));
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input == 0 || input == _residualInput;

    // A sum of residual blocks keeps its digits.
    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => _residualInput < 0;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        int rows = Output.Shape[0], outputs = Output.Shape[1], inputs = Inputs[0].Shape[1];
        MatmulChoice.Launch(lowering, new MatmulProblem
        {
            Layout = MatmulLayout.Nt,
            M = rows,
            N = outputs,
            K = inputs,
            A = new MatmulOperand(Inputs[0], inputs),
            B = new MatmulOperand(Inputs[1], inputs),
            C = new MatmulOperand(Output, outputs),
            Bias = Bias,
            Residual = _residualInput < 0 ? null : Inputs[_residualInput],
            Activation = _activation,
        });
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"activation={_activation} bias={_biasInput} residual={_residualInput}";

    private static Shape OutputShape(Shape input, Shape weight)
    {
        if (weight.Rank != 2) throw Mismatch("linear", $"weight must be [out, in], got {weight}");
        if (input.Rank != 2 || input[1] != weight[1]) throw Mismatch("linear", $"input must be [rows, {weight[1]}] to match weight {weight}, got {input}");
        return new Shape(input[0], weight[0]);
    }
}

/// <summary>Linear layers as methods of tensors.</summary>
public static class LinearExtensions
{
    /// <summary>activation(input weightᵀ + bias) + residual over the last axis.</summary>
    /// <param name="input"><c>[..., in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="activation">Applied after the bias.</param>
    /// <param name="residual"><c>[..., out]</c>, added last, or null.</param>
    /// <param name="recompute">
    /// Only for GELU: true keeps nothing of the product, which suits inference and saves memory in training at the price of computing it twice;
    /// false keeps it for the gradient.
    /// </param>
    /// <returns><c>[..., out]</c></returns>
    /// <exception cref="ArgumentException">Shapes do not match.</exception>
    public static Tensor Linear(
        this Tensor input, Tensor weight, Tensor? bias = null, Activation activation = Activation.None, Tensor? residual = null, bool recompute = false)
    {
        if (input.Shape.Rank == 0) throw new ArgumentException("linear: the input must have an axis, got a scalar", nameof(input));
        bool isSeparate = activation == Activation.Gelu && !recompute;
        Tensor? inKernel = activation == Activation.None ? residual : null;
        if (residual is not null && weight.Shape.Rank == 2 && residual.Shape != input.Shape.With(-1, weight.Shape[0]))
            throw new ArgumentException($"linear: residual must be {input.Shape.With(-1, weight.Shape[0])}, got {residual.Shape}", nameof(residual));
        Tensor rows = input.Reshape(-1, input.Shape[-1]);
        Tensor? residualRows = inKernel?.Reshape(-1, inKernel.Shape[-1]);
        Tensor result = input.Graph.Add(new LinearOp(rows, weight, bias, isSeparate ? Activation.None : activation, residualRows)).Output;
        result = result.Reshape(input.Shape.With(-1, result.Shape[-1]));
        if (isSeparate) result = result.Gelu();
        return residual is null || inKernel is not null ? result : result.Add(residual);
    }
}
