using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Norms of as few elements as one and of more than there are partial sums.</summary>
public sealed class GlobalNormCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (int count in new[] { 1, 3, 4, 5, 63, 65, 255, 257, 2047, 2048, 2049, 5000, 32767, 32768, 32769, 70001 })
            foreach (bool isCpu in new[] { true, false })
                yield return Case(count) with { Profile = profile => profile with { IsCpu = isCpu }, Variant = isCpu ? "cpu" : "gpu" };
        yield return Case(1_000_000) with { IsBenchmark = true };
    }

    private static OpCase Case(int count) =>
        new("global_norm", $"{count}", new[] { CaseInput.Normal("input", new Shape(count), scale: 3f, differentiated: false) },
            tensors => new[] { tensors[0].GlobalNorm() },
            values => new[] { new[] { Math.Sqrt(values[0].Sum(value => value * value)) } })
        {
            GradientTolerance = 0,
            Tolerance = 1e-6,
        };
}
