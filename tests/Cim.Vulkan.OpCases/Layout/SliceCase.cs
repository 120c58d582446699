using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Layout;

/// <summary>Cases of <c>slice</c> and <c>pad_zero</c>.</summary>
public sealed class SliceCase : IOpCases
{
    private static readonly (int Outer, int Length, int Inner, int Start, int Kept)[] Forms =
    {
        (1, 1, 1, 0, 1), (1, 9, 1, 0, 3), (1, 9, 1, 8, 1), (1, 9, 7, 2, 5), (3, 9, 1, 2, 5), (3, 9, 1, 0, 1), (5, 7, 3, 0, 7), (5, 7, 3, 0, 6), (5, 7, 3, 1, 6),
        (5, 7, 3, 3, 1), (2, 65, 17, 1, 64), (2, 65, 17, 64, 1), (7, 33, 5, 16, 17), (31, 3, 31, 1, 1), (64, 2, 8, 0, 1), (64, 2, 8, 1, 1),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int outer, int length, int inner, int start, int kept) in Forms)
        {
            yield return Slice(outer, length, inner, start, kept);
            yield return Integers(outer, length, inner, start, kept);
            yield return Pad(outer, length, inner, start, kept);
        }
        yield return Slice(4, 197, 768, 1, 196) with { IsBenchmark = true };
        yield return Pad(4, 197, 768, 1, 196) with { IsBenchmark = true };
    }

    private static OpCase Slice(int outer, int length, int inner, int start, int kept) =>
        new("slice", $"{outer}x{length}x{inner} {start}+{kept}", new[] { CaseInput.Normal("x", new Shape(outer, length, inner)) },
            inputs => new[] { inputs[0].Slice(1, start, kept) },
            values => new[] { Cut(values[0], outer, length, inner, start, kept) })
        { IsExact = true };

    private static OpCase Integers(int outer, int length, int inner, int start, int kept) =>
        new("slice", $"int {outer}x{length}x{inner} {start}+{kept}", new[] { CaseInput.Integer("x", new Shape(outer, length, inner), 8192) },
            inputs => new[] { inputs[0].Slice(-2, start, kept) },
            values => new[] { Cut(values[0], outer, length, inner, start, kept) })
        { IsExact = true, GradientTolerance = 0 };

    private static OpCase Pad(int outer, int length, int inner, int start, int kept) =>
        new("pad_zero", $"{outer}x{kept}x{inner} at {start} of {length}", new[] { CaseInput.Normal("x", new Shape(outer, kept, inner)) },
            inputs => new[] { inputs[0].PadZero(1, start, length) },
            values => new[] { Surrounded(values[0], outer, length, inner, start, kept) })
        { IsExact = true };

    private static double[] Cut(double[] x, int outer, int length, int inner, int start, int kept)
    {
        var y = new double[outer * kept * inner];
        for (int o = 0; o < outer; o++)
            for (int a = 0; a < kept; a++)
                for (int i = 0; i < inner; i++) y[(((o * kept) + a) * inner) + i] = x[(((o * length) + start + a) * inner) + i];
        return y;
    }

    private static double[] Surrounded(double[] x, int outer, int length, int inner, int start, int kept)
    {
        var y = new double[outer * length * inner];
        for (int o = 0; o < outer; o++)
            for (int a = 0; a < kept; a++)
                for (int i = 0; i < inner; i++) y[(((o * length) + start + a) * inner) + i] = x[(((o * kept) + a) * inner) + i];
        return y;
    }
}
