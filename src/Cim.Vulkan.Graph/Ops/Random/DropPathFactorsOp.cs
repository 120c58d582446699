using System;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// What the samples' branches are multiplied by in stochastic depth (Huang et al., 2016): 0 where a branch is dropped, else one over the share of the
/// kept. Has no gradient and needs none.
/// </summary>
public sealed class DropPathFactorsOp : Op
{
    private readonly int _stream;
    private readonly double _rate;

    /// <summary>Draws a factor a sample.</summary>
    /// <param name="scalars">The graph's step scalars: seed and step.</param>
    /// <param name="samples">How many; at least 1.</param>
    /// <param name="stream">Tells this draw from the graph's others.</param>
    /// <param name="rate">Probability that a sample is dropped, in [0, 1).</param>
    public DropPathFactorsOp(StepScalars scalars, int samples, int stream, double rate)
        : base("drop_path_factors", new[] { scalars.Tensor }, new TensorSpec(new Shape(samples))) => (_stream, _rate) = (stream, rate);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.LaunchLinear(
        DropPathFactorsKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_stream, (float)(1.0 - _rate)), Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"stream={_stream} rate={FloatBits.Of((float)_rate):x8}";
}

/// <summary>Stochastic depth as methods.</summary>
public static class DropPathExtensions
{
    /// <summary>
    /// Drops a branch of whole samples with a probability, new ones each step, and divides what is kept by 1 - rate, so that the mean stays. A rate
    /// of 0 appends nothing but the residual's addition. Where the branch ends with a linear layer, give that layer the factors instead.
    /// </summary>
    /// <param name="input">The branch, <c>[samples, …]</c>.</param>
    /// <param name="rate">Probability that a sample is dropped, in [0, 1).</param>
    /// <param name="residual">Is added to what is left, of the same shape; null for none.</param>
    /// <exception cref="ArgumentException">The rate is out of range, or shapes do not match.</exception>
    public static Tensor DropPath(this Tensor input, double rate, Tensor? residual = null)
    {
        OperandChecks.RequireFloat("drop_path", input);
        if (residual is not null) OperandChecks.RequireSameShape("drop_path", "the input", input, "residual", residual);
        Tensor? factors = input.Graph.DropPathFactors(input.Shape[0], rate);
        int[] aligned = Enumerable.Range(0, input.Shape.Rank).Select(axis => axis == 0 ? input.Shape[0] : 1).ToArray();
        Tensor branch = factors is null ? input : input.Multiply(factors.Reshape(aligned));
        return residual is null ? branch : residual.Add(branch);
    }

    /// <summary>What the samples' branches are multiplied by when each is dropped with a probability, new ones each step; null for a rate of 0.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="samples">How many.</param>
    /// <param name="rate">Probability that a sample is dropped, in [0, 1).</param>
    /// <returns><c>[samples]</c>, 0 or 1 / (1 - rate).</returns>
    /// <exception cref="ArgumentException">The rate is out of range.</exception>
    public static Tensor? DropPathFactors(this TensorGraph graph, int samples, double rate)
    {
        if (!(rate >= 0.0 && rate < 1.0)) throw new ArgumentException($"drop_path: rate must lie in [0, 1), got {rate}");
        return rate == 0.0 ? null : graph.Add(new DropPathFactorsOp(graph.Scalars, samples, graph.NewRandomStream(), rate)).Output;
    }
}
