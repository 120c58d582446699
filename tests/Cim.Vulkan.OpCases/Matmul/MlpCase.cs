using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>
/// The two layers of an MLP with what goes before and between: chains of ops that share kernels, in the gradient too, and whose tensors in between lie in memory
/// in 16 bits where products do. Each rounding of a value in between loses half a unit of its last place, 2^-12 in fp16 and 2^-9 in bf16, and a chain has four
/// of them and the products' own.
/// </summary>
public sealed class MlpCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        // The last one has few tiles and a long inner dimension: what ends a product moves to the step that adds its pieces.
        (int Rows, int Width, int Hidden)[] sizes = { (1, 4, 4), (5, 8, 12), (33, 64, 96), (64, 32, 128), (200, 36, 20), (7, 5, 9), (7, 6, 8), (5, 1028, 12) };
        foreach ((int rows, int width, int hidden) in sizes)
            foreach (OpCase both in MatMulCase.BothForms(Mlp(rows, width, hidden, Activation.Gelu, false))) yield return both;
        foreach ((int rows, int width, int hidden) in sizes)
            // A rounded normalized row can turn the sign of a sum near zero, and with it the whole gradient of a ReLU: that pair is left out.
            foreach ((Activation activation, bool hasNorm) in new[] { (Activation.Gelu, false), (Activation.Gelu, true), (Activation.Relu, false) })
                foreach (Precision precision in new[] { Precision.Float16, Precision.BFloat16 })
                    yield return Mlp(rows, width, hidden, activation, hasNorm).On(precision) with
                    {
                        Tolerance = precision == Precision.Float16 ? 2e-3 : 1.6e-2,
                        GradientTolerance = precision == Precision.Float16 ? 4e-3 : 3.2e-2,
                    };
    }

    /// <summary>The two layers with a residual around them.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Width outside.</param>
    /// <param name="hidden">Width in between.</param>
    /// <param name="activation">In between.</param>
    /// <param name="hasNorm">Whether the rows are normalized before.</param>
    public static OpCase Mlp(int rows, int width, int hidden, Activation activation, bool hasNorm)
    {
        CaseInput[] operands =
        {
            CaseInput.Normal("x", new Shape(rows, width)), CaseInput.Normal("scale", new Shape(width), 0.2f, 1f), CaseInput.Normal("shift", new Shape(width), 0.2f),
            CaseInput.Normal("first", new Shape(hidden, width), 1f / MathF.Sqrt(width)), CaseInput.Normal("first_bias", new Shape(hidden)),
            CaseInput.Normal("second", new Shape(width, hidden), 1f / MathF.Sqrt(hidden)), CaseInput.Normal("second_bias", new Shape(width)),
        };
        string name = $"{rows}x{width} by {hidden} {activation.ToString().ToLowerInvariant()}{(hasNorm ? " after layer_norm" : "")}";
        return new OpCase("mlp", name, hasNorm ? operands : operands.Where((_, i) => i is not (1 or 2)).ToArray(),
            tensors => new[] { Build(tensors, activation, hasNorm) },
            values => new[] { Reference(values, rows, width, hidden, activation, hasNorm) })
        {
            DifferenceStep = activation == Activation.Relu ? 1e-7 : 1e-5,
        };
    }

    private static Tensor Build(Tensor[] tensors, Activation activation, bool hasNorm)
    {
        Tensor x = tensors[0];
        Tensor rows = hasNorm ? x.LayerNorm(tensors[1], tensors[2]) : x;
        int first = hasNorm ? 3 : 1;
        Tensor linear = rows.Linear(tensors[first], tensors[first + 1]);
        Tensor hidden = activation == Activation.Gelu ? linear.Gelu() : linear.Relu();
        return hidden.Linear(tensors[first + 2], tensors[first + 3], residual: x);
    }

    private static double[] Reference(double[][] values, int rows, int width, int hidden, Activation activation, bool hasNorm)
    {
        double[] x = hasNorm ? Normalized(values, rows, width) : values[0];
        int first = hasNorm ? 3 : 1;
        double[] inner = Product.Of(x, values[first], rows, hidden, width, transposeB: true);
        for (int i = 0; i < inner.Length; i++)
        {
            double value = inner[i] + values[first + 1][i % hidden];
            inner[i] = activation == Activation.Relu ? Math.Max(value, 0.0) : 0.5 * value * (1.0 + UnaryCase.ErrorFunction(value / Math.Sqrt(2.0)));
        }
        double[] result = Product.Of(inner, values[first + 2], rows, width, hidden, transposeB: true);
        for (int i = 0; i < result.Length; i++) result[i] += values[first + 3][i % width] + values[0][i];
        return result;
    }

    private static double[] Normalized(double[][] values, int rows, int width)
    {
        var result = new double[rows * width];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<double> x = values[0].AsSpan(row * width, width);
            double mean = 0, variance = 0;
            foreach (double value in x) mean += value / width;
            foreach (double value in x) variance += (value - mean) * (value - mean) / width;
            for (int i = 0; i < width; i++) result[(row * width) + i] = ((x[i] - mean) / Math.Sqrt(variance + 1e-6) * values[1][i]) + values[2][i];
        }
        return result;
    }
}
