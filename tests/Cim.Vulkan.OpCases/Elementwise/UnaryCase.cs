using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Elementwise;

/// <summary>Functions of one tensor, on sizes around what an invocation and a workgroup take.</summary>
public sealed class UnaryCase : IOpCases
{
    private static readonly Shape[] Shapes =
    {
        new(1), new(3), new(63), new(64), new(65), new(7, 31), new(255), new(256), new(257), new(3, 17, 65),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (UnaryKind kind in Enum.GetValues<UnaryKind>())
            foreach (Shape shape in Shapes)
                yield return Case(kind, shape);
        foreach (UnaryKind kind in new[] { UnaryKind.Gelu, UnaryKind.Sigmoid, UnaryKind.Tanh, UnaryKind.Relu, UnaryKind.Exp })
            yield return WideCase(kind);
        foreach ((float factor, float offset) in new[] { (0f, 0f), (1f, 0f), (1f, -2f), (-3.5f, 0f), (0.25f, 7f) })
            yield return Case(UnaryKind.Scale, new Shape(70), factor, offset);
        foreach ((float low, float high) in new[] { (-0.5f, 0.25f), (0f, 0f), (-9f, 9f), (1f, 2f) })
            yield return Case(UnaryKind.Clamp, new Shape(70), low, high);
        yield return Case(UnaryKind.Gelu, new Shape(2, 197, 1536)) with { IsBenchmark = true };
        yield return Case(UnaryKind.Relu, new Shape(4, 64, 56, 56)) with { IsBenchmark = true };
    }

    private static OpCase Case(UnaryKind kind, Shape shape, float first = 1.5f, float second = -0.25f)
    {
        if (kind == UnaryKind.Clamp && first > second) (first, second) = (-0.75f, 1.25f);
        string constants = kind is UnaryKind.Scale or UnaryKind.Clamp ? $" {first} {second}" : "";
        return new OpCase(kind.ToString().ToLowerInvariant(), Walk.NameOf(shape) + constants, new[] { Input(kind, shape, first, second) },
            tensors => new[] { Build(kind, tensors[0], first, second) },
            values => new[] { values[0].Select(x => Reference(kind, x, first, second)).ToArray() });
    }

    // Large arguments, where a careless formula overflows or cancels.
    private static OpCase WideCase(UnaryKind kind)
    {
        float limit = kind == UnaryKind.Exp ? 10f : 120f;
        return Case(kind, new Shape(401)) with
        {
            Name = "wide range",
            Inputs = new[] { CaseInput.Of("input", new Shape(401), Enumerable.Range(0, 401).Select(i => limit * (i - 199.5f) / 200f).ToArray()) },
        };
    }

    private static CaseInput Input(UnaryKind kind, Shape shape, float first, float second) => kind switch
    {
        UnaryKind.Log or UnaryKind.Sqrt => CaseInput.Uniform("input", shape, 0.2f, 4f),
        UnaryKind.Relu or UnaryKind.Abs => Walk.NormalAwayFrom("input", shape, 0.05f, 0f),
        UnaryKind.Clamp => Walk.NormalAwayFrom("input", shape, 0.05f, first, second),
        _ => CaseInput.Normal("input", shape),
    };

    private static Tensor Build(UnaryKind kind, Tensor input, float first, float second) => kind switch
    {
        UnaryKind.Scale => input.Scale(first, second),
        UnaryKind.Gelu => input.Gelu(),
        UnaryKind.Relu => input.Relu(),
        UnaryKind.Sigmoid => input.Sigmoid(),
        UnaryKind.Exp => input.Exp(),
        UnaryKind.Log => input.Log(),
        UnaryKind.Sqrt => input.Sqrt(),
        UnaryKind.Square => input.Square(),
        UnaryKind.Abs => input.Abs(),
        UnaryKind.Clamp => input.Clamp(first, second),
        _ => input.Tanh(),
    };

    private static double Reference(UnaryKind kind, double x, float first, float second) => kind switch
    {
        UnaryKind.Scale => (x * first) + second,
        UnaryKind.Gelu => 0.5 * x * (1.0 + ErrorFunction(x / Math.Sqrt(2.0))),
        UnaryKind.Relu => Math.Max(x, 0.0),
        UnaryKind.Sigmoid => 1.0 / (1.0 + Math.Exp(-x)),
        UnaryKind.Exp => Math.Exp(x),
        UnaryKind.Log => Math.Log(x),
        UnaryKind.Sqrt => Math.Sqrt(x),
        UnaryKind.Square => x * x,
        UnaryKind.Abs => Math.Abs(x),
        UnaryKind.Clamp => Math.Min(Math.Max(x, first), second),
        _ => Math.Tanh(x),
    };

    /// <summary>The error function by its series; beyond 6 it is 1 in float64.</summary>
    /// <param name="x">Any number.</param>
    public static double ErrorFunction(double x)
    {
        if (Math.Abs(x) > 6.0) return Math.Sign(x);
        // All terms of this series are positive, so nothing cancels: erf(x) = 2 / sqrt(pi) * exp(-x^2) * sum of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)).
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2.0 * x * x / ((2.0 * n) + 1.0);
            sum += term;
        }
        return 2.0 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }
}
