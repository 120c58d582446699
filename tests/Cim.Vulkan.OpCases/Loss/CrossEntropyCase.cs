using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Loss;

/// <summary>Cross-entropy by row and as a mean, smoothed labels, targets that are no class, and accuracy.</summary>
public sealed class CrossEntropyCase : IOpCases
{
    private static readonly (int Rows, int Classes)[] Sizes =
    {
        (1, 1), (1, 2), (3, 7), (7, 3), (8, 31), (9, 32), (17, 33), (5, 64), (5, 65),
        (31, 128), (3, 511), (2, 512), (2, 1025), (100, 10), (65, 17), (63, 5), (4, 256),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int rows, int classes) in Sizes)
        {
            foreach (OpCase form in Forms.Both(RowsCase(rows, classes, 2f))) yield return form;
            yield return MeanCase(rows, classes);
            yield return AccuracyCase(rows, classes);
        }
        yield return AllWrongCase();
        foreach (OpCase form in Forms.Both(RowsCase(9, 40, 60f) with { Name = "9x40 large logits" })) yield return form;
        foreach (float smoothing in new[] { 0f, 0.1f })
            foreach (OpCase form in Forms.Both(IgnoredCase(smoothing))) yield return form;
        foreach ((int rows, int classes) in Sizes)
            foreach (OpCase form in Forms.Both(RowsCase(rows, classes, 2f, 0.1f))) yield return form;
        foreach (OpCase form in Forms.Both(RowsCase(9, 40, 60f, 0.3f) with { Name = "9x40 large logits smoothed" })) yield return form;
        yield return MeanCase(1120, 256) with { IsBenchmark = true, DifferenceCount = 3 };
    }

    private static OpCase RowsCase(int rows, int classes, float scale, float smoothing = 0f) =>
        new("cross_entropy", $"{rows}x{classes} rows{(smoothing > 0f ? $" smoothed by {smoothing}" : "")}", Operands(rows, classes, scale),
            tensors => new[] { tensors[0].CrossEntropyRows(tensors[1], smoothing) }, values => new[] { Losses(values[0], values[1], smoothing) });

    private static OpCase MeanCase(int rows, int classes) =>
        new("cross_entropy", $"{rows}x{classes} mean", Operands(rows, classes, 2f), tensors => new[] { tensors[0].CrossEntropy(tensors[1]) },
            values => new[] { new[] { Losses(values[0], values[1]).Average() } });

    private static OpCase AccuracyCase(int rows, int classes)
    {
        CaseInput logits = CaseInput.Normal("logits", new Shape(rows, classes), differentiated: false);
        // Every other target is the best class, so that the result is neither 0 nor 1.
        int[] targets = Enumerable.Range(0, rows).Select(row => row % 2 == 0 ? BestClass(logits.ToDoubles(), row, classes) : row % classes).ToArray();
        return new OpCase("accuracy", $"{rows}x{classes}", new[] { logits, CaseInput.Of("targets", new Shape(rows), targets) },
            tensors => new[] { tensors[0].Accuracy(tensors[1]) },
            values => new[] { new[] { Enumerable.Range(0, rows).Average(row => BestClass(values[0], row, classes) == (int)values[1][row] ? 1.0 : 0.0) } })
        {
            GradientTolerance = 0,
        };
    }

    // Of 41 rows none is right: a share of exactly 0.
    private static OpCase AllWrongCase() => new("accuracy", "41 rows and none right",
        new[] { CaseInput.Of("logits", new Shape(41, 2), Enumerable.Range(0, 82).Select(i => i % 2f).ToArray(), differentiated: false), CaseInput.Of("targets", new Shape(41), new int[41]) },
        tensors => new[] { tensors[0].Accuracy(tensors[1]) }, _ => new[] { new[] { 0.0 } })
    {
        GradientTolerance = 0,
    };

    private static OpCase IgnoredCase(float smoothing) =>
        new("cross_entropy", $"targets that are no class{(smoothing > 0f ? " smoothed" : "")}",
            new[] { CaseInput.Normal("logits", new Shape(5, 9)), CaseInput.Of("targets", new Shape(5), new[] { 8, -1, 0, 9, 255 }) },
            tensors => new[] { tensors[0].CrossEntropyRows(tensors[1], smoothing) }, values => new[] { Losses(values[0], values[1], smoothing) });

    private static CaseInput[] Operands(int rows, int classes, float scale) =>
        new[] { CaseInput.Normal("logits", new Shape(rows, classes), scale), CaseInput.Integer("targets", new Shape(rows), classes) };

    // Against the target's class with 1 - smoothing and every class with smoothing / classes.
    private static double[] Losses(double[] logits, double[] targets, double smoothing = 0.0)
    {
        int classes = logits.Length / targets.Length;
        return targets.Select((target, row) =>
        {
            if (target < 0 || target >= classes) return 0.0;
            double[] values = logits.Skip(row * classes).Take(classes).ToArray();
            double highest = values.Max();
            double logSumExp = highest + Math.Log(values.Sum(x => Math.Exp(x - highest)));
            return values.Select((x, i) => ((smoothing / classes) + (i == (int)target ? 1.0 - smoothing : 0.0)) * (logSumExp - x)).Sum();
        }).ToArray();
    }

    private static int BestClass(double[] logits, int row, int classes)
    {
        int best = 0;
        for (int i = 1; i < classes; i++)
            if (logits[(row * classes) + i] > logits[(row * classes) + best]) best = i;
        return best;
    }
}
