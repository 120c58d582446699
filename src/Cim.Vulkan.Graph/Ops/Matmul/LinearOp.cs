using System;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>A linear layer, row factors * scale * activation(x weightᵀ + bias) + residual, in one kernel.</summary>
public sealed class LinearOp : Op
{
    private readonly Activation _activation;
    private readonly int _biasInput, _residualInput, _scaleInput, _factorsInput;

    /// <summary>Applies a linear layer.</summary>
    /// <param name="input"><c>[rows, in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="activation">Applied after the bias. With GELU, the gradient computes the product a second time.</param>
    /// <param name="residual"><c>[rows, out]</c>, added last, or null; not together with an activation.</param>
    /// <param name="scale"><c>[out]</c>, multiplies product and bias, or null; not together with an activation.</param>
    /// <param name="rowFactors"><c>[groups]</c>, multiplies that, one number for each of as many groups of neighbouring rows, or null; not together with an activation.</param>
    public LinearOp(Tensor input, Tensor weight, Tensor? bias, Activation activation, Tensor? residual, Tensor? scale = null, Tensor? rowFactors = null)
        : base("linear", new[] { input, weight, bias, residual, scale, rowFactors }.OfType<Tensor>().ToArray(), new TensorSpec(OutputShape(input.Shape, weight.Shape)))
    {
        Shape output = OutputSpecs[0].Shape;
        foreach (Tensor operand in Inputs)
            if (operand.ElementType != ElementType.Float32) throw Mismatch(Name, $"operands must be Float32, got {operand.ElementType} for {operand}");
        RequireVector("bias", bias, weight);
        RequireVector("scale", scale, weight);
        if (residual is not null && residual.Shape != output) throw Mismatch(Name, $"residual must be {output}, got {residual.Shape}");
        if (rowFactors is not null && (rowFactors.Shape.Rank != 1 || output[0] % rowFactors.Shape[0] != 0))
            throw Mismatch(Name, $"row factors must be [groups] of equally many of the {output[0]} rows, got {rowFactors.Shape}");
        if (residual is not null && activation != Activation.None) throw Mismatch(Name, "a residual and an activation do not go together in one op");
        if ((scale ?? rowFactors) is not null && activation != Activation.None) throw Mismatch(Name, "factors and an activation do not go together in one op");
        _activation = activation;
        int next = 2;
        _biasInput = bias is null ? -1 : next++;
        _residualInput = residual is null ? -1 : next++;
        _scaleInput = scale is null ? -1 : next++;
        _factorsInput = rowFactors is null ? -1 : next;
    }

    /// <summary>Applied after the bias.</summary>
    public Activation Activation => _activation;

    /// <summary>Added to the product, <c>[out]</c>; null for none.</summary>
    public Tensor? Bias => At(_biasInput);

    /// <summary>Added last, <c>[rows, out]</c>; null for none.</summary>
    public Tensor? Residual => At(_residualInput);

    /// <summary>Multiplies product and bias, <c>[out]</c>; null for none.</summary>
    public Tensor? Scale => At(_scaleInput);

    /// <summary>Multiplies that, a number for each of as many groups of neighbouring rows; null for none.</summary>
    public Tensor? RowFactors => At(_factorsInput);

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Tensor input = Inputs[0], weight = Inputs[1], grad = context.GradOutput;
        if (_factorsInput >= 0 && context.Needs(_factorsInput)) throw new NotSupportedException("linear: row factors have no gradient; call StopGradient() on them");
        if (_residualInput >= 0 && context.Needs(_residualInput)) context.Set(_residualInput, grad);
        if (_activation == Activation.Relu) grad = grad.Graph.Add(new UnaryBackwardOp(UnaryKind.Relu, Output, grad, 0f, 0f)).Output;
        if (_activation == Activation.Gelu)
        {
            Tensor linear = input.Graph.Add(new LinearOp(input, weight, Bias, Activation.None, null)).Output;
            grad = MatMulOp.GeluGradient(grad, linear) ?? grad.Graph.Add(new UnaryBackwardOp(UnaryKind.Gelu, linear, grad, 0f, 0f)).Output;
        }
        Tensor scaled = grad;
        if ((Scale ?? RowFactors) is not null)
        {
            Op branch = grad.Graph.Add(new LinearBranchGradientOp(grad, Scale, RowFactors));
            scaled = branch.Outputs[branch.Outputs.Count - 1];
            if (RowFactors is not null) grad = branch.Output;
        }
        if (context.Needs(0)) context.Set(0, scaled.MatMul(weight));
        if (Scale is not null)
        {
            DifferentiateScaled(context, grad);
            return;
        }
        if (context.Needs(1)) context.Set(1, grad.MatMul(input, transposeA: true));
        if (_biasInput >= 0 && context.Needs(_biasInput)) context.Set(_biasInput, grad.Sum(0));
    }

    // All three come from the gradient before the scale: neither the unscaled result nor a division by the scale, which may be 0, is needed.
    private void DifferentiateScaled(GradientContext context, Tensor grad)
    {
        int[] wanted = new[] { 1, _scaleInput, _biasInput };
        if (!wanted.Any(operand => operand >= 0 && context.Needs(operand))) return;
        Tensor product = grad.MatMul(Inputs[0], transposeA: true);
        Op gradients = grad.Graph.Add(new LinearScaleGradientOp(Inputs[1], product, Scale!, Bias, Bias is null ? null : grad.Sum(0)));
        for (int i = 0; i < gradients.Outputs.Count; i++)
            if (context.Needs(wanted[i])) context.Set(wanted[i], gradients.Outputs[i]);
    }

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => input == 0 || input == _residualInput;

    // A sum of residual blocks keeps its digits, and a scale may take a branch below the smallest number of 16 bits.
    /// <inheritdoc/>
    protected internal override bool WritesHalf(int output) => _residualInput < 0 && _scaleInput < 0;

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
            Scale = Scale,
            RowFactors = RowFactors,
            Residual = Residual,
            Activation = _activation,
        });
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"activation={_activation} bias={_biasInput} residual={_residualInput} scale={_scaleInput} row_factors={_factorsInput}";

    private Tensor? At(int input) => input < 0 ? null : Inputs[input];

    private void RequireVector(string role, Tensor? vector, Tensor weight)
    {
        var shape = new Shape(weight.Shape[0]);
        if (vector is not null && vector.Shape != shape) throw Mismatch(Name, $"{role} must be {shape} to match weight {weight.Shape}, got {vector.Shape}");
    }

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
    /// <summary>rowFactors * scale * activation(input weightᵀ + bias) + residual over the last axis.</summary>
    /// <param name="input"><c>[..., in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c>, or null.</param>
    /// <param name="activation">Applied after the bias.</param>
    /// <param name="residual"><c>[..., out]</c>, added last, or null.</param>
    /// <param name="recompute">
    /// Only for GELU: true keeps nothing of the product, which suits inference and saves memory in training at the price of computing it twice;
    /// false keeps it for the gradient.
    /// </param>
    /// <param name="scale"><c>[out]</c>, multiplies product and bias as layer scale does, or null; not together with an activation.</param>
    /// <param name="rowFactors">
    /// <c>[groups]</c>, multiplies that, one number for each of as many groups of neighbouring rows, such as <c>DropPathFactors</c>, or null; not together
    /// with an activation. Has no gradient.
    /// </param>
    /// <returns><c>[..., out]</c></returns>
    /// <exception cref="ArgumentException">Shapes do not match, or an activation meets factors.</exception>
    public static Tensor Linear(
        this Tensor input, Tensor weight, Tensor? bias = null, Activation activation = Activation.None, Tensor? residual = null, bool recompute = false,
        Tensor? scale = null, Tensor? rowFactors = null)
    {
        if (input.Shape.Rank == 0) throw new ArgumentException("linear: the input must have an axis, got a scalar", nameof(input));
        bool isSeparate = activation == Activation.Gelu && !recompute && (scale ?? rowFactors) is null;
        Tensor? inKernel = activation == Activation.None ? residual : null;
        if (residual is not null && weight.Shape.Rank == 2 && residual.Shape != input.Shape.With(-1, weight.Shape[0]))
            throw new ArgumentException($"linear: residual must be {input.Shape.With(-1, weight.Shape[0])}, got {residual.Shape}", nameof(residual));
        Tensor rows = input.Reshape(-1, input.Shape[-1]);
        Tensor? residualRows = inKernel?.Reshape(-1, inKernel.Shape[-1]);
        Tensor result = input.Graph.Add(new LinearOp(rows, weight, bias, isSeparate ? Activation.None : activation, residualRows, scale, rowFactors)).Output;
        result = result.Reshape(input.Shape.With(-1, result.Shape[-1]));
        if (isSeparate) result = result.Gelu();
        return residual is null || inKernel is not null ? result : result.Add(residual);
    }
}
