using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Softmax;

/// <summary>Arg-max: random values, values with many ties, and rows without any finite value.</summary>
public sealed class ArgMaxCase : IOpCases
{
    private static readonly (Shape Shape, int Axis)[] Rows =
    {
        (new(1, 1), -1), (new(5, 2), -1), (new(8, 17), -1), (new(9, 31), -1), (new(3, 33), -1), (new(3, 65), -1), (new(2, 513), -1),
        (new(100, 12), -1), (new(11), 0), (new(2, 3, 5), 1), (new(3, 33, 2, 5), 1), (new(2, 64, 4, 4), 1),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((Shape shape, int axis) in Rows)
        {
            foreach (OpCase form in Forms.Both(Case(shape, axis, "", CaseInput.Normal("input", shape, differentiated: false))))
                yield return form;
            float[] tied = Enumerable.Range(0, (int)shape.Count).Select(i => (float)(i * 7 % 3)).ToArray();
            foreach (OpCase form in Forms.Both(Case(shape, axis, " with ties", CaseInput.Of("input", shape, tied, differentiated: false))))
                yield return form;
            float[] lowest = Enumerable.Repeat(float.NegativeInfinity, (int)shape.Count).ToArray();
            foreach (OpCase form in Forms.Both(Case(shape, axis, " of -infinity", CaseInput.Of("input", shape, lowest, differentiated: false))))
                yield return form;
        }
        foreach (Shape shape in new Shape[] { new(1, 3, 1, 1), new(2, 7, 3, 5) })
            yield return Case(shape, 1, " as tokens", CaseInput.Normal("input", shape, differentiated: false)) with
            {
                Build = tensors => new[] { tensors[0].ArgMaxChannels() },
            };
        var grid = new Shape(16, 256, 8, 8);
        yield return Case(grid, 1, "", CaseInput.Normal("input", grid, differentiated: false)) with { IsBenchmark = true };
    }

    private static OpCase Case(Shape shape, int axis, string suffix, CaseInput input) =>
        new("arg_max", $"{Walk.NameOf(shape)} axis {axis}{suffix}", new[] { input },
            tensors => new[] { tensors[0].ArgMax(axis) }, values => new[] { Reference(values[0], shape, axis) })
        {
            IsExact = true,
            GradientTolerance = 0,
        };

    private static double[] Reference(double[] input, Shape shape, int axis)
    {
        int length = shape[axis], inner = (int)shape.Stride(axis);
        var result = new double[input.Length / length];
        for (int row = 0; row < result.Length; row++)
        {
            int first = (row / inner * length * inner) + (row % inner), best = 0;
            for (int i = 1; i < length; i++)
                if (input[first + (i * inner)] > input[first + (best * inner)]) best = i;
            result[row] = best;
        }
        return result;
    }
}
