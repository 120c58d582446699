using System;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Stochastic depth (Huang et al., 2016): drops a branch of whole samples, divides what is kept by the share of the kept, and adds a residual where
/// there is one. The gradient repeats the draw of its stream.
/// </summary>
public sealed class DropPathOp : Op
{
    private const int LocalSize = 64, ElementsPerInvocation = 16;
    private readonly int _stream;
    private readonly double _rate;

    /// <summary>Drops samples of a branch.</summary>
    /// <param name="input">The branch, <c>[samples, …]</c>.</param>
    /// <param name="residual">Is added, of the same shape; null for none.</param>
    /// <param name="stream">Tells this draw from the graph's others.</param>
    /// <param name="rate">Probability that a sample is dropped, in [0, 1).</param>
    public DropPathOp(Tensor input, Tensor? residual, int stream, double rate)
        : base("drop_path", new[] { input.Graph.Scalars.Tensor, input, residual }.OfType<Tensor>().ToArray(), new TensorSpec(input.Shape))
    {
        OperandChecks.RequireFloat(Name, input);
        if (!(rate >= 0.0 && rate < 1.0)) throw Mismatch(Name, $"rate must lie in [0, 1), got {rate}");
        if (residual is not null && residual.Spec != input.Spec) throw Mismatch(Name, $"residual must be {input.Shape} to match the input, got {residual.Shape}");
        (_stream, _rate) = (stream, rate);
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(1)) context.Set(1, Output.Graph.Add(new DropPathOp(context.GradOutput, residual: null, _stream, _rate)).Output);
        if (Inputs.Count > 2 && context.Needs(2)) context.Set(2, context.GradOutput);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        int samples = Output.Shape[0];
        long length = Output.Count / samples, groups = Lowering.DivideUp(length, LocalSize * ElementsPerInvocation);
        bool hasResidual = Inputs.Count > 2;
        lowering.LaunchGroups(
            DropPathKernel.Call(Inputs[0], Inputs[1], hasResidual ? Inputs[2] : Inputs[1], Output, (uint)samples, (uint)length, (uint)groups, (uint)_stream,
                (float)(1.0 - _rate), LocalSize, ElementsPerInvocation, hasResidual),
            samples * groups, flops: (hasResidual ? 2.0 : 1.0) * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_stream} rate={FloatBits.Of((float)_rate):x8}";
}

/// <summary>Stochastic depth as a method of tensors.</summary>
public static class DropPathExtensions
{
    /// <summary>
    /// Drops a branch of whole samples with a probability, new ones each step, and divides what is kept by 1 - rate, so that the mean stays. A rate
    /// of 0 appends nothing but the residual's addition.
    /// </summary>
    /// <param name="input">The branch, <c>[samples, …]</c>.</param>
    /// <param name="rate">Probability that a sample is dropped, in [0, 1).</param>
    /// <param name="residual">Is added to what is left, of the same shape; null for none.</param>
    /// <exception cref="ArgumentException">The rate is out of range, or shapes do not match.</exception>
    public static Tensor DropPath(this Tensor input, double rate, Tensor? residual = null)
    {
        if (rate == 0.0) return residual is null ? input : residual.Add(input);
        return input.Graph.Add(new DropPathOp(input, residual, input.Graph.NewRandomStream(), rate)).Output;
    }
}
