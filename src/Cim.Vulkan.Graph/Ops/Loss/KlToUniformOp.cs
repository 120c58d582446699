using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Kullback-Leibler divergence of softmax(logits) along one axis from the uniform distribution. Outputs: divergence and log-sum-exp of each row.
/// </summary>
public sealed class KlToUniformOp : Op
{
    private readonly int _axis;

    /// <summary>Measures how far each row is from uniform.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="axis">The axis of the classes, gone from the result's shape.</param>
    public KlToUniformOp(Tensor logits, int axis)
        : base("kl_to_uniform", new[] { logits }, SpecOf(logits, axis), SpecOf(logits, axis))
    {
        OperandChecks.RequireFloat(Name, logits);
        _axis = axis < 0 ? axis + logits.Shape.Rank : axis;
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new KlToUniformBackwardOp(Inputs[0], Outputs[0], Outputs[1], context.GradOutput, _axis)).Output);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, _axis);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            KlToUniformForwardKernel.Call(Inputs[0], Outputs[0], Outputs[1], (uint)rows.Count, (uint)rows.Length, (uint)rows.Inner,
                (KlToUniformForwardKernel.Form)form.Form, form.LocalSize),
            rows, flops: 8.0 * Inputs[0].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis}";

    private static TensorSpec SpecOf(Tensor logits, int axis)
    {
        Rows.CheckAxis("kl_to_uniform", logits.Shape, axis);
        return new TensorSpec(Rows.Without(logits.Shape, axis));
    }
}

/// <summary>Gradient of a <see cref="KlToUniformOp"/> with respect to its logits.</summary>
public sealed class KlToUniformBackwardOp : Op
{
    private readonly int _axis;

    /// <summary>Takes what the forward op read and wrote.</summary>
    /// <param name="logits">The forward input.</param>
    /// <param name="divergence">The forward result.</param>
    /// <param name="logSumExp">Saved by the forward op.</param>
    /// <param name="gradDivergence">Gradient of each divergence.</param>
    /// <param name="axis">The forward op's axis, not negative.</param>
    public KlToUniformBackwardOp(Tensor logits, Tensor divergence, Tensor logSumExp, Tensor gradDivergence, int axis)
        : base("kl_to_uniform_backward", new[] { logits, divergence, logSumExp, gradDivergence }, new TensorSpec(logits.Shape)) => _axis = axis;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Output.Shape, _axis);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            KlToUniformBackwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Inputs[3], Output, (uint)rows.Count, (uint)rows.Length, (uint)rows.Inner,
                (KlToUniformBackwardKernel.Form)form.Form, form.LocalSize),
            rows, flops: 5.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis}";
}
