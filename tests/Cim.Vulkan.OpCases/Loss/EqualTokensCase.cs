using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Loss;

/// <summary>Comparison of tokens.</summary>
public sealed class EqualTokensCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in new Shape[] { new(1), new(7), new(64), new(65), new(3, 196) })
            yield return new OpCase("equal_tokens", Walk.NameOf(shape),
                new[] { CaseInput.Integer("left", shape, 3), CaseInput.Integer("right tokens", shape, 3) },
                tensors => new[] { tensors[0].EqualTokens(tensors[1]) },
                values => new[] { values[0].Zip(values[1], (a, b) => a == b ? 1.0 : 0.0).ToArray() })
            {
                IsExact = true,
                GradientTolerance = 0,
            };
    }
}
