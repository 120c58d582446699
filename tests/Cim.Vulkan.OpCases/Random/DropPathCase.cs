using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Random;

/// <summary>Stochastic depth against the same generator on the host: few and many samples, short and long, alone and on a residual.</summary>
public sealed class DropPathCase : IOpCases
{
    private const ulong Seed = 0x123456789ABCDEF0;
    private const uint Step = 77;

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in new Shape[] { new(1), new(9), new(1, 5), new(3, 7, 4), new(17, 65), new(65, 3), new(1025, 1), new(5, 1024), new(4, 1025), new(3, 2, 33, 31) })
            foreach (double rate in new[] { 0.1, 0.5, 0.9 })
                foreach (bool hasResidual in new[] { false, true })
                    yield return Case(shape, rate, hasResidual);
        yield return Case(new Shape(32, 197, 384), 0.1, hasResidual: true) with { IsBenchmark = true, DifferenceCount = 2 };
    }

    private static OpCase Case(Shape shape, double rate, bool hasResidual)
    {
        var operands = new List<CaseInput> { CaseInput.Normal("branch", shape) };
        if (hasResidual) operands.Add(CaseInput.Normal("residual", shape));
        return new OpCase("drop_path", $"{Walk.NameOf(shape)} rate {rate}{(hasResidual ? " residual" : "")}", operands,
            tensors => new[] { tensors[0].DropPath(rate, hasResidual ? tensors[1] : null) },
            values => new[] { values[0].Select((x, i) => (hasResidual ? values[1][i] : 0.0) + (x * Factor(i / (int)(shape.Count / shape[0]), rate))).ToArray() })
        {
            Scalars = new Dictionary<string, uint> { ["seed_low"] = unchecked((uint)Seed), ["seed_high"] = (uint)(Seed >> 32), ["step"] = Step },
        };
    }

    // Every draw of these cases is the first of its graph: stream 0.
    private static double Factor(int sample, double rate) =>
        Philox.ToUnit(Philox.Draw(Seed, (uint)sample, 0, Step, 0).X) < 1.0 - rate ? 1.0 / (1.0 - rate) : 0.0;
}
