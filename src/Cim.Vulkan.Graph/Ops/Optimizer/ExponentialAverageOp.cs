using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Moves a running average towards values: average += (1 - decay) * (values - average). A skipped step changes nothing. AdamW averages the weights itself.</summary>
public sealed class ExponentialAverageOp : Op
{
    private const int ElementsPerInvocation = 4;
    private readonly float _rate;

    /// <summary>Moves an average.</summary>
    /// <param name="average">Persistent; begins as a copy of the values.</param>
    /// <param name="values">Of the average's shape.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="decay">Share of the old average that is kept, in [0, 1].</param>
    public ExponentialAverageOp(Tensor average, Tensor values, StepGuardOp guard, double decay)
        : base("exponential_average", new[] { values, guard.Output, average })
    {
        if (average.Buffer is null) throw Mismatch(Name, $"the average must be persistent, got {average}");
        if (average.Spec != values.Spec) throw Mismatch(Name, $"values must be {average.Shape} to match the average, got {values.Shape}");
        if (!(decay >= 0.0 && decay <= 1.0)) throw Mismatch(Name, $"decay must lie in [0, 1], got {decay}");
        _rate = (float)(1.0 - decay);
    }

    /// <summary>The running average.</summary>
    public Tensor Average => Inputs[2];

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { Average };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        foreach ((long first, long count) in lowering.Pieces(Average.Count))
            lowering.LaunchLinear(
                ExponentialAverageKernel.Call(lowering.Part(Inputs[0], first, count), Inputs[1], lowering.Part(Average, first, count), (uint)count, _rate, elements: ElementsPerInvocation),
                Lowering.DivideUp(count, ElementsPerInvocation), 3.0 * count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"rate={FloatBits.Of(_rate):x8}";
}
