using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Negative log-likelihood of each pixel value under a logit-Laplace distribution (Ramesh et al. 2021). Gradient with respect to the statistics only.
/// </summary>
public sealed class LogitLaplaceOp : Op
{
    /// <summary>Compares predicted distributions with images.</summary>
    /// <param name="statistics"><c>[batch, 2 * channels, height, width]</c>: locations mu, then logarithms of the scales.</param>
    /// <param name="images"><c>[batch, channels, height, width]</c>, within (0, 1).</param>
    public LogitLaplaceOp(Tensor statistics, Tensor images)
        : base("logit_laplace", new[] { statistics, images }, new TensorSpec(images.Shape))
    {
        OperandChecks.RequireFloat(Name, statistics, images);
        if (images.Shape.Rank != 4) throw Mismatch(Name, $"images must be [batch, channels, height, width], got {images.Shape}");
        Shape expected = images.Shape.With(1, 2 * images.Shape[1]);
        if (statistics.Shape != expected) throw Mismatch(Name, $"statistics must be {expected} to match images {images.Shape}, got {statistics.Shape}");
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(1)) throw new NotSupportedException($"{Name}: has no gradient for its images; call StopGradient() on them");
        context.Set(0, Output.Graph.Add(new LogitLaplaceBackwardOp(Inputs[0], Inputs[1], context.GradOutput)).Output);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        LogitLaplaceForwardKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, (uint)Output.Shape.Stride(0)),
        Output.Count, flops: 9.0 * Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Gradient of a <see cref="LogitLaplaceOp"/> with respect to its statistics.</summary>
public sealed class LogitLaplaceBackwardOp : Op
{
    /// <summary>Takes what the forward op read.</summary>
    /// <param name="statistics">The forward statistics.</param>
    /// <param name="images">The forward images.</param>
    /// <param name="gradLoss">Gradient of each pixel value's loss, of the images' shape.</param>
    public LogitLaplaceBackwardOp(Tensor statistics, Tensor images, Tensor gradLoss)
        : base("logit_laplace_backward", new[] { statistics, images, gradLoss }, new TensorSpec(statistics.Shape))
    {
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        LogitLaplaceBackwardKernel.Call(Inputs[0], Inputs[1], Inputs[2], Output, (uint)Inputs[1].Count, (uint)Inputs[1].Shape.Stride(0)),
        Inputs[1].Count, flops: 10.0 * Inputs[1].Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}
