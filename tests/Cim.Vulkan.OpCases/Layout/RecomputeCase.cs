using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Layout;

/// <summary>Cases of <c>recompute</c>: a block computed twice gives what it gives once; that nothing inside is kept is tested on plans.</summary>
public sealed class RecomputeCase : IOpCases
{
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in new[] { new Shape(1), new Shape(7, 3), new Shape(2, 3, 5) })
        {
            yield return new OpCase("recompute", $"{shape}", [CaseInput.Normal("x", shape), CaseInput.Normal("gain", shape)],
                inputs => [inputs[0].Recompute(x => x.Add(x.Tanh().Multiply(inputs[1])))],
                values => [values[0].Zip(values[1], (x, gain) => x + (Math.Tanh(x) * gain)).ToArray()]);
        }
    }
}
