using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Loss;

/// <summary>Divergence from the uniform distribution, entropy of the mean code distribution, and the terms it is made of.</summary>
public sealed class CodeUsageCase : IOpCases
{
    private static readonly Shape[] Grids =
    {
        new(1, 2, 1, 1), new(1, 7, 3, 1), new(3, 5, 2, 2), new(2, 17, 3, 5), new(2, 32, 4, 4), new(1, 33, 7, 7), new(4, 64, 2, 3), new(2, 256, 4, 4),
    };

    private static readonly (Shape Shape, int Axis)[] Rows =
    {
        (new(3, 7), -1), (new(17, 33), -1), (new(5, 64), 1), (new(2, 513), 1), (new(7, 9), 0), (new(2, 3, 4), 1), (new(6), 0),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape grid in Grids)
        {
            yield return GridCase("kl_to_uniform", grid, logits => logits.KlToUniform(), logits => Divergences(logits, grid, 1).Average());
            yield return GridCase("code_usage_entropy", grid, logits => logits.CodeUsageEntropy(), logits => UsageEntropy(logits, grid));
            yield return GridCase("code_usage_entropy_by_place", grid, logits => logits.CodeUsageEntropyByPlace(), logits => UsageEntropyByPlace(logits, grid));
        }
        foreach ((Shape shape, int axis) in Rows)
            foreach (OpCase form in Forms.Both(RowsCase(shape, axis, 2f)))
                yield return form;
        // Near the uniform distribution the divergence is small against ln(classes), of which float32 keeps 7 digits.
        foreach (OpCase form in Forms.Both(RowsCase(new Shape(9, 100), -1, 0.1f) with { Name = "9x100 nearly uniform", Tolerance = 2e-4 })) yield return form;
        foreach (int count in new[] { 1, 7, 64, 65, 300 }) yield return EntropyTerms(count);
        yield return UnusedCodes();
    }

    private static OpCase GridCase(string name, Shape grid, Func<Tensor, Tensor> build, Func<double[], double> reference) =>
        new(name, Walk.NameOf(grid), new[] { CaseInput.Normal("logits", grid, 2f) }, tensors => new[] { build(tensors[0]) },
            values => new[] { new[] { reference(values[0]) } });

    private static OpCase RowsCase(Shape shape, int axis, float scale) =>
        new("kl_to_uniform", $"{Walk.NameOf(shape)} axis {axis} rows", new[] { CaseInput.Normal("logits", shape, scale) },
            tensors => new[] { tensors[0].Graph.Add(new KlToUniformOp(tensors[0], axis)).Output },
            values => new[] { Divergences(values[0], shape, axis) });

    private static OpCase EntropyTerms(int count) =>
        new("entropy_terms", $"{count}", new[] { CaseInput.Uniform("probabilities", new Shape(count), 0.01f, 1f) },
            tensors => new[] { tensors[0].EntropyTerms() }, values => new[] { values[0].Select(p => -p * Math.Log(p)).ToArray() });

    private static OpCase UnusedCodes() =>
        new("entropy_terms", "with unused codes",
            new[] { CaseInput.Of("probabilities", new Shape(5), new[] { 0f, 0.25f, 1f, 0f, 0.75f }, differentiated: false) },
            tensors => new[] { tensors[0].EntropyTerms() }, values => new[] { values[0].Select(p => p > 0 ? -p * Math.Log(p) : 0).ToArray() });

    private static double[] Divergences(double[] logits, Shape shape, int axis) =>
        Probabilities(logits, shape, axis).Select(row => row.Sum(p => p * Math.Log(p * row.Length))).ToArray();

    private static double UsageEntropy(double[] logits, Shape grid)
    {
        double[][] rows = Probabilities(logits, grid, 1);
        return Enumerable.Range(0, grid[1]).Select(code => rows.Average(row => row[code])).Sum(p => -p * Math.Log(p));
    }

    private static double UsageEntropyByPlace(double[] logits, Shape grid)
    {
        double[][] rows = Probabilities(logits, grid, 1);
        int places = grid[2] * grid[3];
        return Enumerable.Range(0, places).Average(place => Enumerable.Range(0, grid[1])
            .Select(code => Enumerable.Range(0, grid[0]).Average(image => rows[(image * places) + place][code])).Sum(p => -p * Math.Log(p)));
    }

    private static double[][] Probabilities(double[] logits, Shape shape, int axis)
    {
        int length = shape[axis], inner = (int)shape.Stride(axis);
        return Enumerable.Range(0, logits.Length / length).Select(row =>
        {
            int first = (row / inner * length * inner) + (row % inner);
            double[] weights = Enumerable.Range(0, length).Select(i => Math.Exp(logits[first + (i * inner)])).ToArray();
            return weights.Select(weight => weight / weights.Sum()).ToArray();
        }).ToArray();
    }
}
