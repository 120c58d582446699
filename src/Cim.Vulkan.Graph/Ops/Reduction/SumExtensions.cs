using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>Sums and means as methods of tensors.</summary>
public static class SumExtensions
{
    /// <summary>Sums over axes, which vanish from the shape.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axes">Axes in [-rank, rank).</param>
    public static Tensor Sum(this Tensor input, params int[] axes) => input.Sum(axes, keepDimensions: false);

    /// <summary>Sums over axes.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axes">Axes in [-rank, rank).</param>
    /// <param name="keepDimensions">Whether the axes stay with length 1.</param>
    public static Tensor Sum(this Tensor input, IReadOnlyList<int> axes, bool keepDimensions) => Reduce("sum", input, axes, keepDimensions, isMean: false);

    /// <summary>Means over axes, which vanish from the shape.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axes">Axes in [-rank, rank).</param>
    public static Tensor Mean(this Tensor input, params int[] axes) => input.Mean(axes, keepDimensions: false);

    /// <summary>Means over axes.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axes">Axes in [-rank, rank).</param>
    /// <param name="keepDimensions">Whether the axes stay with length 1.</param>
    public static Tensor Mean(this Tensor input, IReadOnlyList<int> axes, bool keepDimensions) => Reduce("mean", input, axes, keepDimensions, isMean: true);

    /// <summary>The sum of all elements, <c>[1]</c>.</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor SumAll(this Tensor input) => input.Reshape((int)input.Count).Sum(0).Reshape(1);

    /// <summary>The mean of all elements, <c>[1]</c>.</summary>
    /// <param name="input">Any shape.</param>
    public static Tensor MeanAll(this Tensor input) => input.Reshape((int)input.Count).Mean(0).Reshape(1);

    /// <summary>Broadcasting backwards: sums over every axis along which <paramref name="shape"/> would have been stretched.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="shape">A shape that broadcasts to the input's.</param>
    public static Tensor SumTo(this Tensor input, Shape shape)
    {
        if (input.Shape == shape) return input;
        int added = input.Shape.Rank - shape.Rank;
        if (added < 0 || Broadcasting.Join("sum_to", input.Shape, shape) != input.Shape)
            throw new ArgumentException($"sum_to: {shape} does not broadcast to {input.Shape}", nameof(shape));
        int[] axes = Enumerable.Range(0, input.Shape.Rank).Where(axis => axis < added || shape[axis - added] == 1).ToArray();
        return input.Sum(axes, keepDimensions: true).Reshape(shape);
    }

    private static Tensor Reduce(string name, Tensor input, IReadOnlyList<int> axes, bool keepDimensions, bool isMean)
    {
        Shape shape = input.Shape;
        bool[] isReduced = MarkAxes(name, shape, axes);
        float factor = 1f;
        if (isMean) factor = (float)(1.0 / Enumerable.Range(0, shape.Rank).Where(axis => isReduced[axis]).Aggregate(1L, (product, axis) => product * shape[axis]));
        int[] kept = Enumerable.Range(0, shape.Rank).Where(axis => keepDimensions || !isReduced[axis]).Select(axis => isReduced[axis] ? 1 : shape[axis]).ToArray();
        Tensor result = input;
        // Innermost group of neighbouring axes first: it is the one that leaves the least to the next.
        foreach ((int outer, int length, int inner) in Groups(shape, isReduced))
        {
            result = input.Graph.Add(new SumOp(result.Reshape(outer, length, inner), factor)).Output;
            factor = 1f;
        }
        return result.Reshape(new Shape(kept));
    }

    private static bool[] MarkAxes(string name, Shape shape, IReadOnlyList<int> axes)
    {
        var isReduced = new bool[shape.Rank];
        foreach (int axis in axes)
        {
            if (axis < -shape.Rank || axis >= shape.Rank) throw new ArgumentException($"{name}: there is no axis {axis} in {shape}", nameof(axes));
            int index = axis < 0 ? axis + shape.Rank : axis;
            if (isReduced[index]) throw new ArgumentException($"{name}: axis {axis} of {shape} is named twice", nameof(axes));
            isReduced[index] = true;
        }
        return isReduced;
    }

    private static IEnumerable<(int Outer, int Length, int Inner)> Groups(Shape shape, bool[] isReduced)
    {
        int inner = 1;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (!isReduced[axis])
            {
                inner *= shape[axis];
                continue;
            }
            int length = shape[axis];
            // Axes of length 1 do not part neighbours.
            while (axis > 0 && (isReduced[axis - 1] || shape[axis - 1] == 1)) length *= shape[--axis];
            if (length == 1) continue;
            yield return (Enumerable.Range(0, axis).Aggregate(1, (product, i) => product * shape[i]), length, inner);
        }
    }
}
