using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Binary cross-entropy of each logit against a target in [0, 1], without overflow. Gradient with respect to the logits only.</summary>
public sealed class BinaryCrossEntropyOp : Op
{
    /// <summary>Compares logits with targets.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="targets">The same shape, Float32.</param>
    public BinaryCrossEntropyOp(Tensor logits, Tensor targets)
        : base("binary_cross_entropy", new[] { logits, targets }, new TensorSpec(logits.Shape))
    {
        OperandChecks.RequireFloat(Name, logits, targets);
        OperandChecks.RequireSameShape(Name, "logits", logits, "targets", targets);
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(1)) throw new NotSupportedException($"{Name}: has no gradient for its targets; call StopGradient() on them");
        context.Set(0, Output.Graph.Add(new BinaryCrossEntropyBackwardOp(Inputs[0], Inputs[1], context.GradOutput)).Output);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(BinaryCrossEntropyForwardKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count), Output.Count, flops: 6.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Gradient of a <see cref="BinaryCrossEntropyOp"/> with respect to its logits.</summary>
public sealed class BinaryCrossEntropyBackwardOp : Op
{
    /// <summary>Takes what the forward op read.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="targets">The same shape.</param>
    /// <param name="gradLoss">Gradient of each loss, the same shape.</param>
    public BinaryCrossEntropyBackwardOp(Tensor logits, Tensor targets, Tensor gradLoss)
        : base("binary_cross_entropy_backward", new[] { logits, targets, gradLoss }, new TensorSpec(logits.Shape))
    {
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        BinaryCrossEntropyBackwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Output, (uint)Output.Count), Output.Count, flops: 6.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Binary cross-entropy as a method of tensors.</summary>
public static class BinaryCrossEntropyExtensions
{
    /// <summary>Mean binary cross-entropy, <c>[1]</c>; gradient with respect to the logits only.</summary>
    /// <param name="logits">Any shape.</param>
    /// <param name="targets">The same shape, Float32 in [0, 1].</param>
    public static Tensor BinaryCrossEntropyWithLogits(this Tensor logits, Tensor targets) =>
        logits.Graph.Add(new BinaryCrossEntropyOp(logits, targets)).Output.MeanAll();
}
