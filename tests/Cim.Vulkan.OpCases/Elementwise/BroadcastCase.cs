using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Elementwise;

/// <summary>Stretching a tensor, and its reverse, the sum to a smaller shape.</summary>
public sealed class BroadcastCase : IOpCases
{
    private static readonly (Shape Small, Shape Large)[] Pairs =
    {
        (new(), new(3)), (new(1), new(65)), (new(1), new(3, 5)), (new(5), new(3, 5)), (new(3, 1), new(3, 5)), (new(1, 5), new(3, 5)), (new(31), new(17, 31)),
        (new(3, 1), new(2, 3, 4)), (new(2, 1, 4), new(2, 3, 4)), (new(2, 1, 1), new(2, 3, 4)), (new(1, 3, 1), new(2, 3, 4)), (new(1, 3, 1, 1), new(2, 3, 5, 7)),
        (new(2, 1, 5, 1), new(2, 3, 5, 7)), (new(1, 3, 1, 7), new(2, 3, 5, 7)), (new(1, 1, 2, 1, 1), new(3, 2, 2, 2, 3)), (new(7), new(70, 7)), (new(3, 1), new(3, 200)),
        (new(2, 3), new(2, 3)), (new(3), new(1, 1, 3)), (new(1, 1), new(63, 65)), (new(3), new(600, 3)),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((Shape small, Shape large) in Pairs)
        {
            yield return Stretch(small, large);
            OpCase sum = SumTo(small, large);
            yield return sum;
            yield return sum with { Profile = profile => profile with { IsCpu = !profile.IsCpu }, Variant = "other form" };
        }
    }

    private static OpCase Stretch(Shape small, Shape large) =>
        new("broadcast", $"{Walk.NameOf(small)} to {Walk.NameOf(large)}", new[] { CaseInput.Normal("input", small) },
            tensors => new[] { tensors[0].BroadcastTo(large) },
            values => new[] { Walk.Coordinates(large).Select(at => values[0][Walk.Offset(small, at)]).ToArray() });

    private static OpCase SumTo(Shape small, Shape large) =>
        new("sum_to", $"{Walk.NameOf(large)} to {Walk.NameOf(small)}", new[] { CaseInput.Normal("input", large, offset: 0.5f) },
            tensors => new[] { tensors[0].SumTo(small) },
            values =>
            {
                var sums = new double[small.Count];
                int element = 0;
                foreach (int[] at in Walk.Coordinates(large)) sums[Walk.Offset(small, at)] += values[0][element++];
                return new[] { sums };
            });
}
