using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Layout;

/// <summary>Cases of <c>permute</c> and <c>transpose</c>.</summary>
public sealed class PermuteCase : IOpCases
{
    private static readonly (int[] Lengths, int[] Order)[] Forms =
    {
        (new[] { 1, 1 }, new[] { 1, 0 }),
        (new[] { 3, 7 }, new[] { 1, 0 }),
        (new[] { 7, 1 }, new[] { 1, 0 }),
        (new[] { 31, 65 }, new[] { 1, 0 }),
        (new[] { 64, 64 }, new[] { 1, 0 }),
        (new[] { 2, 3, 5 }, new[] { 0, 1, 2 }),
        (new[] { 2, 3, 5 }, new[] { 0, 2, 1 }),
        (new[] { 2, 3, 5 }, new[] { 1, 0, 2 }),
        (new[] { 2, 3, 5 }, new[] { 1, 2, 0 }),
        (new[] { 2, 3, 5 }, new[] { 2, 0, 1 }),
        (new[] { 2, 3, 5 }, new[] { 2, 1, 0 }),
        (new[] { 17, 1, 9 }, new[] { 2, 1, 0 }),
        (new[] { 2, 7, 3, 5 }, new[] { 0, 2, 1, 3 }),
        (new[] { 2, 7, 3, 5 }, new[] { 0, 2, 3, 1 }),
        (new[] { 2, 7, 3, 5 }, new[] { 0, 3, 1, 2 }),
        (new[] { 2, 7, 3, 5 }, new[] { 3, 2, 1, 0 }),
        (new[] { 2, 7, 3, 5 }, new[] { 2, 3, 0, 1 }),
        (new[] { 2, 7, 3, 5 }, new[] { 1, 3, 0, 2 }),
        (new[] { 3, 1, 17, 31 }, new[] { 0, 2, 1, 3 }),
        (new[] { 2, 3, 4, 5, 3 }, new[] { 4, 3, 2, 1, 0 }),
        (new[] { 2, 3, 4, 5, 3 }, new[] { 2, 0, 3, 1, 4 }),
        (new[] { 3, 2, 4, 3, 5 }, new[] { 2, 0, 3, 1, 4 }),
        (new[] { 2, 3, 2, 5, 3, 2 }, new[] { 5, 4, 3, 2, 1, 0 }),
        (new[] { 2, 3, 2, 5, 3, 2 }, new[] { 0, 2, 4, 3, 5, 1 }),
        (new[] { 2, 3, 2, 5, 3, 2 }, new[] { 1, 0, 3, 2, 5, 4 }),
        (new[] { 2, 2, 3, 2, 2, 3, 2 }, new[] { 0, 1, 4, 3, 2, 5, 6 }),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int[] lengths, int[] order) in Forms)
        {
            yield return Case(lengths, order);
            if (lengths.Length < 5) yield return Integers(lengths, order);
        }
        foreach ((int a, int b) in new[] { (0, 1), (1, 2), (0, 2), (-1, -2), (1, 1) }) yield return Transpose(a, b);
        yield return Case(new[] { 4, 197, 12, 64 }, new[] { 0, 2, 1, 3 }) with { IsBenchmark = true };
        yield return Case(new[] { 2, 64, 28, 28 }, new[] { 0, 2, 3, 1 }) with { IsBenchmark = true };
    }

    private static OpCase Case(int[] lengths, int[] order)
    {
        var shape = new Shape(lengths);
        return new OpCase("permute", $"{Name(lengths)} to {string.Join(",", order)}", new[] { CaseInput.Normal("x", shape) },
            inputs => new[] { inputs[0].Permute(order) },
            values => new[] { Reordered(values[0], lengths, order) }) with
        { IsExact = true };
    }

    private static OpCase Integers(int[] lengths, int[] order)
    {
        var shape = new Shape(lengths);
        return new OpCase("permute", $"int {Name(lengths)} to {string.Join(",", order)}", new[] { CaseInput.Integer("x", shape, 8192) },
            inputs => new[] { inputs[0].Permute(order) },
            values => new[] { Reordered(values[0], lengths, order) }) with
        { IsExact = true, GradientTolerance = 0 };
    }

    private static OpCase Transpose(int a, int b)
    {
        int[] lengths = { 3, 7, 5 };
        int[] order = { 0, 1, 2 };
        int first = a < 0 ? a + 3 : a, second = b < 0 ? b + 3 : b;
        (order[first], order[second]) = (order[second], order[first]);
        return new OpCase("transpose", $"{Name(lengths)} axes {a} and {b}", new[] { CaseInput.Normal("x", new Shape(lengths)) },
            inputs => new[] { inputs[0].Transpose(a, b) },
            values => new[] { Reordered(values[0], lengths, order) }) with
        { IsExact = true };
    }

    private static string Name(int[] lengths) => string.Join("x", lengths);

    // Counts through the output like an odometer and looks every element up.
    private static double[] Reordered(double[] x, int[] lengths, int[] order)
    {
        var strides = new int[lengths.Length];
        int stride = 1;
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= lengths[axis];
        }
        int[] outLengths = order.Select(axis => lengths[axis]).ToArray();
        var place = new int[lengths.Length];
        var y = new double[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int from = 0;
            for (int axis = 0; axis < place.Length; axis++) from += place[axis] * strides[order[axis]];
            y[i] = x[from];
            for (int axis = place.Length - 1; axis >= 0 && ++place[axis] == outLengths[axis]; axis--) place[axis] = 0;
        }
        return y;
    }
}
