using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Cross-entropy of each row of logits against a class index. Outputs: loss and log-sum-exp of each row; probabilities are never kept.
/// A row whose target is no class has loss and gradient 0.
/// </summary>
public sealed class CrossEntropyOp : Op
{
    private readonly float _labelSmoothing;

    /// <summary>Compares logits with classes.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="targets">Int32 <c>[rows]</c>.</param>
    /// <param name="labelSmoothing">Share of the target that is spread over all classes (Szegedy et al., 2016), in [0, 1).</param>
    public CrossEntropyOp(Tensor logits, Tensor targets, float labelSmoothing = 0f)
        : base("cross_entropy", new[] { logits, targets }, SpecOf(logits), SpecOf(logits))
    {
        OperandChecks.RequireFloat(Name, logits);
        if (targets.Shape != Output0Shape()) throw Mismatch(Name, $"targets must be {Output0Shape()} to match logits {logits.Shape}, got {targets.Shape}");
        if (targets.ElementType != ElementType.Int32) throw Mismatch(Name, $"targets must be Int32, got {targets.ElementType}");
        if (!(labelSmoothing >= 0f && labelSmoothing < 1f)) throw Mismatch(Name, $"label smoothing must lie in [0, 1), got {labelSmoothing}");
        _labelSmoothing = labelSmoothing;
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new CrossEntropyBackwardOp(Inputs[0], Inputs[1], Outputs[1], context.GradOutput, _labelSmoothing)).Output);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, -1);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            CrossEntropyForwardKernel.Call(Inputs[0], Inputs[1], Outputs[0], Outputs[1], (uint)rows.Count, (uint)rows.Length,
                (CrossEntropyForwardKernel.Form)form.Form, form.LocalSize, _labelSmoothing),
            rows, flops: 4.0 * Inputs[0].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => _labelSmoothing == 0f ? "" : $"label_smoothing={FloatBits.Of(_labelSmoothing):x8}";

    private static TensorSpec SpecOf(Tensor logits) => logits.Shape.Rank == 2
        ? new TensorSpec(new Shape(logits.Shape[0]))
        : throw Mismatch("cross_entropy", $"logits must be [rows, classes], got {logits.Shape}");

    private Shape Output0Shape() => OutputSpecs[0].Shape;
}

/// <summary>Gradient of a <see cref="CrossEntropyOp"/> with respect to its logits.</summary>
public sealed class CrossEntropyBackwardOp : Op
{
    private readonly float _labelSmoothing;

    /// <summary>Takes what the forward op read and saved.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="targets">Int32 <c>[rows]</c>.</param>
    /// <param name="logSumExp">Saved by the forward op, <c>[rows]</c>.</param>
    /// <param name="gradLoss">Gradient of each row's loss, <c>[rows]</c>.</param>
    /// <param name="labelSmoothing">As in the forward op.</param>
    public CrossEntropyBackwardOp(Tensor logits, Tensor targets, Tensor logSumExp, Tensor gradLoss, float labelSmoothing = 0f)
        : base("cross_entropy_backward", new[] { logits, targets, logSumExp, gradLoss }, new TensorSpec(logits.Shape)) => _labelSmoothing = labelSmoothing;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, -1);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            CrossEntropyBackwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Inputs[3], Output, (uint)rows.Count, (uint)rows.Length,
                (CrossEntropyBackwardKernel.Form)form.Form, form.LocalSize, _labelSmoothing),
            rows, flops: 4.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => _labelSmoothing == 0f ? "" : $"label_smoothing={FloatBits.Of(_labelSmoothing):x8}";
}

/// <summary>Classification losses and metrics as methods of tensors.</summary>
public static class CrossEntropyExtensions
{
    /// <summary>Mean cross-entropy over all rows, <c>[1]</c>. A row whose target is no class adds 0 to the sum but counts as a row.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="targets">Int32 <c>[rows]</c>.</param>
    /// <param name="labelSmoothing">Share of the target that is spread over all classes, in [0, 1).</param>
    public static Tensor CrossEntropy(this Tensor logits, Tensor targets, float labelSmoothing = 0f) => logits.CrossEntropyRows(targets, labelSmoothing).MeanAll();

    /// <summary>Cross-entropy of each row, <c>[rows]</c>; 0 where the target is no class.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="targets">Int32 <c>[rows]</c>.</param>
    /// <param name="labelSmoothing">Share of the target that is spread over all classes, in [0, 1).</param>
    public static Tensor CrossEntropyRows(this Tensor logits, Tensor targets, float labelSmoothing = 0f) =>
        logits.Graph.Add(new CrossEntropyOp(logits, targets, labelSmoothing)).Output;

    /// <summary>Fraction of rows whose largest logit is the target's, <c>[1]</c>; has no gradient.</summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="targets">Int32 <c>[rows]</c>.</param>
    // Rows that are right are counted, not rows that are wrong: 1 - n * (1 / n) is not 0 for every n.
    public static Tensor Accuracy(this Tensor logits, Tensor targets) => logits.Shape.Rank == 2
        ? logits.ArgMax().NotEqual(targets).Scale(-1f, 1f).MeanAll()
        : throw new ArgumentException($"accuracy: logits must be [rows, classes], got {logits.Shape}", nameof(logits));
}
