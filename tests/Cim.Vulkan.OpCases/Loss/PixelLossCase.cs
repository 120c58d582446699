using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Loss;

/// <summary>Losses of one number against another: L1, L2, binary cross-entropy.</summary>
public sealed class PixelLossCase : IOpCases
{
    private static readonly Shape[] Shapes = { new(1), new(3), new(7, 9), new(63), new(64), new(65), new(2, 3, 5, 7), new(17, 31), new(1025), new(2, 196) };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in Shapes)
        {
            yield return Distance("l1_loss", shape, (left, right) => left.L1Loss(right), Math.Abs);
            yield return Distance("l2_loss", shape, (left, right) => left.L2Loss(right), x => x * x);
            yield return Binary(shape, 1f);
            yield return Binary(shape, 40f);
            yield return BinaryTerms(shape);
        }
        var patches = new Shape(4, 196, 768);
        yield return Distance("l1_loss", patches, (left, right) => left.L1Loss(right), Math.Abs) with { IsBenchmark = true, DifferenceCount = 3 };
        yield return Binary(new Shape(64, 196), 1f) with { IsBenchmark = true, DifferenceCount = 3 };
    }

    private static OpCase Distance(string name, Shape shape, Func<Tensor, Tensor, Tensor> build, Func<double, double> term)
    {
        CaseInput target = CaseInput.Normal("target", shape), gap = Walk.NormalAwayFrom("gap", shape, 0.05f, 0f);
        float[] prediction = target.Floats!.Zip(gap.Floats!, (x, y) => x + y).ToArray();
        return new OpCase(name, Walk.NameOf(shape), new[] { CaseInput.Of("prediction", shape, prediction), target },
            tensors => new[] { build(tensors[0], tensors[1]) }, values => new[] { new[] { values[0].Zip(values[1], (x, y) => term(x - y)).Average() } });
    }

    private static OpCase Binary(Shape shape, float scale) =>
        new("binary_cross_entropy", $"{Walk.NameOf(shape)} scale {scale}", Operands(shape, scale),
            tensors => new[] { tensors[0].BinaryCrossEntropyWithLogits(tensors[1]) }, values => new[] { new[] { Terms(values[0], values[1]).Average() } });

    private static OpCase BinaryTerms(Shape shape) =>
        new("binary_cross_entropy", $"{Walk.NameOf(shape)} weighted", Operands(shape, 2f),
            tensors => new[] { tensors[0].Graph.Add(new BinaryCrossEntropyOp(tensors[0], tensors[1])).Output },
            values => new[] { Terms(values[0], values[1]).ToArray() });

    private static CaseInput[] Operands(Shape shape, float scale) => new[]
    {
        CaseInput.Normal("logits", shape, scale),
        CaseInput.Of("targets", shape, Enumerable.Range(0, (int)shape.Count).Select(i => (i % 5) * 0.25f).ToArray(), differentiated: false),
    };

    private static IEnumerable<double> Terms(double[] logits, double[] targets) =>
        logits.Zip(targets, (x, target) => (target * SoftPlus(-x)) + ((1 - target) * SoftPlus(x)));

    private static double SoftPlus(double x) => x > 30 ? x : Math.Log(1 + Math.Exp(x));
}
