using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Elementwise;

/// <summary>Scaling by a number that changes from step to step.</summary>
public sealed class StepScalarScaleCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (bool divides in new[] { false, true })
            foreach (float number in new[] { 0.5f, -3f, 1e-3f })
                foreach (int count in new[] { 1, 65, 256, 257 })
                    yield return Case(divides, number, count);
    }

    private static OpCase Case(bool divides, float number, int count) =>
        new(divides ? "divide_by_step_scalar" : "scale_by_step_scalar", $"{count} by {number}", new[] { CaseInput.Normal("input", new Shape(count)) },
            tensors =>
            {
                tensors[0].Graph.Scalars.Declare("other");
                StepScalar scalar = tensors[0].Graph.Scalars.Declare("number");
                return new[] { divides ? tensors[0].DivideBy(scalar) : tensors[0].Scale(scalar) };
            },
            values => new[] { values[0].Select(x => divides ? x / number : x * number).ToArray() })
        {
            Scalars = new Dictionary<string, uint> { ["number"] = unchecked((uint)BitConverter.SingleToInt32Bits(number)) },
        };
}
