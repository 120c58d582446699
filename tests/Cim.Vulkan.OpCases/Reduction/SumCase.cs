using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Reduction;

/// <summary>Sums and means over every kind of axes, in the form for processors and the form for GPUs.</summary>
public sealed class SumCase : IOpCases
{
    private static readonly (Shape Shape, int[] Axes)[] Forms =
    {
        (new(1), new[] { 0 }), (new(7), new[] { 0 }), (new(64), new[] { 0 }), (new(65), new[] { 0 }), (new(100), new[] { 0 }), (new(1000), new[] { 0 }),
        (new(4096), new[] { 0 }), (new(4097), new[] { 0 }), (new(20000), new[] { 0 }), (new(3, 5), new[] { 0 }), (new(3, 5), new[] { 1 }),
        (new(3, 5), new[] { -1 }), (new(3, 5), new[] { 0, 1 }), (new(3, 5), Array.Empty<int>()), (new(65, 3), new[] { 0 }), (new(3, 65), new[] { 1 }),
        (new(600, 3), new[] { 0 }), (new(3, 600), new[] { 1 }), (new(600, 17), new[] { 1 }), (new(513, 70), new[] { 1 }), (new(2, 5000), new[] { 1 }),
        (new(2, 3, 4), new[] { 1 }), (new(2, 3, 4), new[] { 0, 2 }), (new(2, 3, 4), new[] { 0, 1 }), (new(2, 3, 4), new[] { 2, 1 }), (new(2, 3, 4), new[] { 0, 1, 2 }),
        (new(5, 70, 3), new[] { 1 }), (new(2, 200, 7), new[] { 1 }), (new(2, 3, 4, 5), new[] { 0, 2, 3 }), (new(2, 3, 4, 5), new[] { 1, 3 }),
        (new(2, 3, 4, 5), new[] { 0, -2 }), (new(1, 5, 1), new[] { 0, 2 }), (new(2, 1, 3), new[] { 0, 2 }), (new(31, 1, 33), new[] { 2 }), (new(4, 3, 17, 17), new[] { 0, 2, 3 }),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((Shape shape, int[] axes) in Forms)
            foreach (bool isMean in new[] { false, true })
                foreach (bool isCpu in new[] { true, false })
                    yield return Case(shape, axes, isMean, isCpu, keepDimensions: isMean == isCpu);
        foreach (int count in new[] { 1, 17, 3000 })
        {
            yield return WholeCase(count, isMean: false);
            yield return WholeCase(count, isMean: true);
        }
        yield return Case(new Shape(4, 197, 384), new[] { 0, 1 }, isMean: false, isCpu: true, keepDimensions: false) with { IsBenchmark = true, Profile = null, Variant = "" };
        yield return Case(new Shape(4, 197, 384), new[] { 2 }, isMean: true, isCpu: true, keepDimensions: true) with { IsBenchmark = true, Profile = null, Variant = "" };
    }

    private static OpCase Case(Shape shape, int[] axes, bool isMean, bool isCpu, bool keepDimensions) =>
        new(isMean ? "mean" : "sum", $"{Walk.NameOf(shape)} over {string.Join(" ", axes)}", new[] { CaseInput.Normal("input", shape, offset: 0.5f) },
            tensors => new[] { isMean ? tensors[0].Mean(axes, keepDimensions) : tensors[0].Sum(axes, keepDimensions) },
            values => new[] { Reference(shape, axes, isMean, values[0]) })
        {
            Profile = profile => profile with { IsCpu = isCpu },
            Variant = isCpu ? "cpu" : "gpu",
        };

    private static OpCase WholeCase(int count, bool isMean) =>
        new(isMean ? "mean_all" : "sum_all", $"{count}", new[] { CaseInput.Normal("input", new Shape(count), offset: 0.5f) },
            tensors => new[] { isMean ? tensors[0].MeanAll() : tensors[0].SumAll() },
            values => new[] { new[] { isMean ? values[0].Average() : values[0].Sum() } });

    private static double[] Reference(Shape shape, int[] axes, bool isMean, double[] values)
    {
        Shape kept = shape;
        foreach (int axis in axes) kept = kept.With(axis, 1);
        var sums = new double[kept.Count];
        int element = 0;
        foreach (int[] at in Walk.Coordinates(shape)) sums[Walk.Offset(kept, at)] += values[element++];
        double divisor = isMean ? (double)shape.Count / kept.Count : 1.0;
        return sums.Select(sum => sum / divisor).ToArray();
    }
}
