using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The terms of an entropy, -p log p, and 0 where p is 0.</summary>
public sealed class EntropyTermsOp : Op
{
    /// <summary>Takes the terms.</summary>
    /// <param name="probabilities">Any shape, no negative elements.</param>
    public EntropyTermsOp(Tensor probabilities)
        : base("entropy_terms", new[] { probabilities }, new TensorSpec(probabilities.Shape)) => OperandChecks.RequireFloat(Name, probabilities);

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new EntropyTermsBackwardOp(Inputs[0], context.GradOutput)).Output);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(EntropyTermsForwardKernel.Call(Inputs[0], Output, (uint)Output.Count), Output.Count, flops: 2.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Gradient of an <see cref="EntropyTermsOp"/>; large but finite where a probability is 0.</summary>
public sealed class EntropyTermsBackwardOp : Op
{
    /// <summary>Takes what the forward op read.</summary>
    /// <param name="probabilities">The forward input.</param>
    /// <param name="gradOutput">Gradient of the terms.</param>
    public EntropyTermsBackwardOp(Tensor probabilities, Tensor gradOutput)
        : base("entropy_terms_backward", new[] { probabilities, gradOutput }, new TensorSpec(probabilities.Shape))
    {
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(EntropyTermsBackwardKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count), Output.Count, flops: 3.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Entropy as a method of tensors.</summary>
public static class EntropyTermsExtensions
{
    /// <summary>-p log p of each element, 0 where p is 0; their sum is the entropy.</summary>
    /// <param name="probabilities">Any shape, no negative elements.</param>
    public static Tensor EntropyTerms(this Tensor probabilities) => probabilities.Graph.Add(new EntropyTermsOp(probabilities)).Output;
}
