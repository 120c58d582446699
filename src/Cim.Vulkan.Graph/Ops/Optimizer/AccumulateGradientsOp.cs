using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Sums gradients over micro-batches; the first micro-batch overwrites what the step before left.</summary>
public sealed class AccumulateGradientsOp : Op
{
    private const int ElementsPerInvocation = 4;
    private readonly StepScalar _isFirst;
    private readonly float _factor;

    /// <summary>Adds gradients to a sum.</summary>
    /// <param name="sum">Persistent.</param>
    /// <param name="gradients">Of the sum's shape.</param>
    /// <param name="isFirst">A uint among the step scalars, not 0 for the first micro-batch of a step.</param>
    /// <param name="factor">Multiplies the gradients: 1 / micro-batches for a mean.</param>
    public AccumulateGradientsOp(Tensor sum, Tensor gradients, StepScalar isFirst, float factor)
        : base("accumulate_gradients", new[] { gradients, gradients.Graph.Scalars.Tensor, sum })
    {
        if (sum.Buffer is null) throw Mismatch(Name, $"the sum must be persistent, got {sum}");
        if (gradients.Buffer == sum.Buffer) throw Mismatch(Name, $"the sum and the gradients must not share {sum.Buffer}");
        if (sum.Spec != gradients.Spec) throw Mismatch(Name, $"gradients must be {sum.Shape} to match the sum, got {gradients.Shape}");
        _isFirst = isFirst;
        _factor = factor;
    }

    /// <summary>The sum.</summary>
    public Tensor Sum => Inputs[2];

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { Sum };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        foreach ((long first, long count) in lowering.Pieces(Sum.Count))
            lowering.LaunchLinear(
                GradientsAccumulateKernel.Call(lowering.Part(Inputs[0], first, count), Inputs[1], lowering.Part(Sum, first, count), (uint)count, (uint)_isFirst.Slot, _factor, elements: ElementsPerInvocation),
                Lowering.DivideUp(count, ElementsPerInvocation), 2.0 * count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"first_slot={_isFirst.Slot} factor={FloatBits.Of(_factor):x8}";
}

/// <summary>Accumulation as a method of parameter sets.</summary>
public static class AccumulateGradientsExtensions
{
    /// <summary>Appends packed gradients to the set's companion <c>accumulated_gradients</c>.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="gradients">Packed gradients of one micro-batch, <c>[paddedCount]</c>.</param>
    /// <param name="isFirst">A uint among the step scalars, not 0 for the first micro-batch of a step.</param>
    /// <param name="factor">Multiplies the gradients: 1 / micro-batches for a mean.</param>
    /// <returns>The sum so far, <c>[paddedCount]</c>.</returns>
    public static Tensor AccumulateGradients(this ParameterSet parameters, Tensor gradients, StepScalar isFirst, float factor = 1f)
    {
        Tensor sum = gradients.Graph.All(parameters, parameters.Companion("accumulated_gradients"));
        return gradients.Graph.Add(new AccumulateGradientsOp(sum, gradients, isFirst, factor)).Sum;
    }
}
