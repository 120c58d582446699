using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Softmax;

/// <summary>Softmax and its logarithm along the last axis and along inner ones, with values that overflow a careless exponential.</summary>
public sealed class SoftmaxCase : IOpCases
{
    private static readonly (Shape Shape, int Axis)[] Rows =
    {
        (new(1, 1), -1), (new(5, 2), -1), (new(1, 7), -1), (new(8, 17), -1), (new(9, 31), -1), (new(7, 32), -1), (new(3, 33), -1), (new(3, 64), -1),
        (new(3, 65), -1), (new(5, 129), -1), (new(2, 511), -1), (new(2, 512), -1), (new(2, 1027), -1), (new(100, 12), -1), (new(11), 0), (new(2, 3, 5), -1), 
        (new(2, 3, 4, 9), 3), (new(1, 3, 1, 1), 1), (new(2, 7, 3, 3), 1), (new(3, 33, 2, 5), 1), (new(2, 64, 4, 4), 1), (new(1, 200, 8, 8), 1),
        (new(5, 6), 0), (new(3, 4, 5), 1), (new(3, 4, 5), -3),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (bool isLogarithm in new[] { false, true })
        {
            foreach ((Shape shape, int axis) in Rows)
                foreach (OpCase form in Forms.Both(Case(shape, axis, isLogarithm, 1f, 0f)))
                    yield return form;
            foreach (OpCase form in Forms.Both(Case(new Shape(9, 50), -1, isLogarithm, 30f, 0f))) yield return form;
            foreach (OpCase form in Forms.Both(Case(new Shape(9, 50), -1, isLogarithm, 1f, 1000f))) yield return form;
            foreach (OpCase form in Forms.Both(Case(new Shape(2, 50, 3, 3), 1, isLogarithm, 1f, -500f))) yield return form;
        }
        yield return Case(new Shape(12 * 4, 197, 197), -1, isLogarithm: false, 1f, 0f) with { IsBenchmark = true, DifferenceCount = 2 };
        yield return Case(new Shape(32, 256, 8, 8), 1, isLogarithm: false, 1f, 0f) with { IsBenchmark = true, DifferenceCount = 2 };
    }

    private static OpCase Case(Shape shape, int axis, bool isLogarithm, float scale, float offset)
    {
        string values = (scale, offset) == (1f, 0f) ? "" : $" values {offset} by {scale}";
        return new OpCase(isLogarithm ? "log_softmax" : "softmax", $"{Walk.NameOf(shape)} axis {axis}{values}",
            new[] { CaseInput.Normal("input", shape, scale, offset) },
            tensors => new[] { isLogarithm ? tensors[0].LogSoftmax(axis) : tensors[0].Softmax(axis) },
            inputs => new[] { Reference(inputs[0], shape, axis, isLogarithm) })
        {
            // The exponential carries an error of its argument's size times 2^-24.
            Tolerance = scale > 1f ? 1e-4 : 1e-5,
        };
    }

    private static double[] Reference(double[] input, Shape shape, int axis, bool isLogarithm)
    {
        int length = shape[axis], inner = (int)shape.Stride(axis);
        var result = new double[input.Length];
        for (int row = 0; row < input.Length / length; row++)
        {
            int first = (row / inner * length * inner) + (row % inner);
            double[] values = Enumerable.Range(0, length).Select(i => input[first + (i * inner)]).ToArray();
            double highest = values.Max();
            double logarithm = highest + Math.Log(values.Sum(x => Math.Exp(x - highest)));
            for (int i = 0; i < length; i++) result[first + (i * inner)] = isLogarithm ? values[i] - logarithm : Math.Exp(values[i] - logarithm);
        }
        return result;
    }
}
