using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Elementwise;

/// <summary>Arithmetic on two tensors: equal shapes around workgroup sizes, and every form of broadcasting that a kernel tells apart.</summary>
public sealed class BinaryCase : IOpCases
{
    private static readonly (Shape Left, Shape Right)[] Pairs =
    {
        (new(1), new(1)), (new(3), new(3)), (new(17), new(17)), (new(63), new(63)), (new(64), new(64)), (new(65), new(65)), (new(7, 31), new(7, 31)),
        (new(5000), new(5000)), (new(65), new(1)), (new(1), new(65)), (new(), new(3, 5)), (new(3, 5), new()), (new(), new()),
        (new(3, 5), new(5)), (new(5), new(3, 5)), (new(3, 5), new(3, 1)), (new(3, 1), new(3, 5)), (new(3, 1), new(1, 5)), (new(4, 1), new(1, 3)),
        (new(17, 31), new(31)), (new(17, 31), new(17, 1)), (new(2, 3, 4), new(3, 1)), (new(2, 3, 4), new(2, 1, 4)), (new(2, 3, 4), new(2, 1, 1)),
        (new(1, 3, 1), new(2, 1, 4)), (new(2, 3, 5, 7), new(5, 7)), (new(2, 3, 5, 7), new(1, 3, 1, 1)), (new(2, 3, 5, 7), new(2, 1, 5, 1)),
        (new(2, 1, 5, 1), new(1, 3, 1, 7)), (new(2, 3, 1, 1), new(5, 7)), (new(2, 3, 2, 3, 2), new(3, 2)), (new(2, 3, 2, 3, 2), new(2, 3, 1, 1, 1)),
        (new(1, 1, 1, 1, 7), new(3, 1, 1, 1, 1)), (new(2, 1, 3, 1, 5), new(1, 1, 3, 1, 5)), (new(33, 65), new(1, 65)),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (BinaryKind kind in Enum.GetValues<BinaryKind>())
            foreach ((Shape left, Shape right) in Pairs)
                yield return Case(kind, left, right);
        yield return Case(BinaryKind.Add, new Shape(4, 197, 384), new Shape(4, 197, 384)) with { IsBenchmark = true };
        yield return Case(BinaryKind.Add, new Shape(4, 197, 384), new Shape(384)) with { IsBenchmark = true };
        yield return Case(BinaryKind.Multiply, new Shape(4, 64, 28, 28), new Shape(64, 1, 1)) with { IsBenchmark = true };
    }

    private static OpCase Case(BinaryKind kind, Shape left, Shape right) =>
        new(kind.ToString().ToLowerInvariant(), $"{Walk.NameOf(left)} with {Walk.NameOf(right)}",
            new[] { CaseInput.Normal("left", left), kind == BinaryKind.Divide ? Walk.NormalAwayFrom("right", right, 0.5f, 0f) : CaseInput.Normal("right", right) },
            tensors => new[] { Build(kind, tensors[0], tensors[1]) },
            values => new[] { Reference(kind, left, right, values[0], values[1]) });

    private static Tensor Build(BinaryKind kind, Tensor left, Tensor right) => kind switch
    {
        BinaryKind.Add => left.Add(right),
        BinaryKind.Subtract => left.Subtract(right),
        BinaryKind.Multiply => left.Multiply(right),
        _ => left.Divide(right),
    };

    private static double[] Reference(BinaryKind kind, Shape left, Shape right, double[] a, double[] b)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        int Length(Shape shape, int axis) => axis < rank - shape.Rank ? 1 : shape[axis - (rank - shape.Rank)];
        var shape = new Shape(Enumerable.Range(0, rank).Select(axis => Math.Max(Length(left, axis), Length(right, axis))).ToArray());
        return Walk.Coordinates(shape).Select(at =>
        {
            double x = a[Walk.Offset(left, at)], y = b[Walk.Offset(right, at)];
            return kind switch
            {
                BinaryKind.Add => x + y,
                BinaryKind.Subtract => x - y,
                BinaryKind.Multiply => x * y,
                _ => x / y,
            };
        }).ToArray();
    }
}
