using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Matmul;

namespace Cim.Vulkan.OpCases.Conv;

/// <summary>Convolutions: kernel sizes, strides and paddings in combination, widths and channels around what an invocation and a tile take.</summary>
public sealed class Conv2dCase : IOpCases
{
    internal readonly record struct Size(int Batch, int In, int Out, int Height, int Width, int Kernel, int Stride, int Padding, int Dilation = 1)
    {
        public int OutHeight => ((Height + (2 * Padding) - Reach) / Stride) + 1;

        public int OutWidth => ((Width + (2 * Padding) - Reach) / Stride) + 1;

        private int Reach => ((Kernel - 1) * Dilation) + 1;

        public override string ToString() =>
            $"{Batch}x{In}x{Height}x{Width} to {Out} kernel {Kernel} stride {Stride} padding {Padding}{(Dilation == 1 ? "" : $" dilation {Dilation}")}";
    }

    private static readonly Size[] Sizes =
    {
        // Channels and widths around the blocks of the kernels.
        new(1, 1, 1, 3, 3, 3, 1, 0), new(1, 1, 1, 3, 3, 3, 1, 1), new(2, 3, 5, 7, 7, 3, 1, 1), new(1, 4, 16, 8, 8, 3, 1, 1), new(2, 5, 17, 5, 9, 3, 1, 1),
        new(1, 17, 3, 4, 15, 3, 1, 1), new(3, 2, 33, 6, 16, 3, 1, 1), new(1, 9, 15, 3, 31, 3, 1, 1), new(20, 2, 3, 5, 4, 3, 1, 1), new(2, 8, 65, 6, 5, 3, 1, 1),
        new(1, 65, 8, 5, 6, 3, 1, 1),
        // 1 x 1 with and without stride.
        new(1, 1, 1, 1, 1, 1, 1, 0), new(2, 3, 5, 4, 7, 1, 1, 0), new(3, 4, 8, 6, 6, 1, 1, 0), new(17, 5, 4, 3, 3, 1, 1, 0), new(2, 30, 70, 5, 5, 1, 1, 0),
        new(2, 4, 3, 24, 24, 1, 1, 0), new(1, 4, 3, 24, 25, 1, 1, 0), new(2, 100, 40, 9, 8, 1, 1, 0), new(5, 100, 140, 3, 4, 1, 1, 0),
        new(2, 3, 4, 7, 8, 1, 2, 0), new(1, 2, 3, 4, 5, 1, 1, 1),
        // Kernels with holes, as in the last stages of a ResNet that keeps its resolution, and a ResNet's stem.
        new(2, 3, 5, 9, 8, 3, 1, 2, 2), new(2, 5, 17, 7, 12, 3, 1, 4, 4), new(1, 2, 3, 5, 9, 3, 1, 0, 2), new(1, 3, 4, 12, 31, 2, 1, 1, 3), new(2, 20, 40, 10, 9, 3, 1, 2, 2),
        new(1, 2, 3, 14, 17, 5, 1, 4, 2), new(1, 2, 3, 3, 3, 1, 1, 0, 2), new(1, 2, 4, 30, 40, 7, 1, 12, 4), new(2, 3, 8, 32, 33, 7, 2, 3),
    };

    // A kernel of its own, the same with results written by fours, a matrix product, a product of sampled places, and one whose inner dimension is cut into pieces.
    private static readonly Size[] WithResidual = { new(2, 3, 5, 7, 6, 3, 1, 1), new(1, 3, 40, 5, 12, 3, 1, 1), new(2, 3, 5, 4, 6, 1, 1, 0), new(2, 3, 5, 8, 7, 1, 2, 0), new(1, 600, 4, 3, 4, 1, 1, 0), new(9, 2100, 40, 2, 2, 1, 1, 0) };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Size size in Sizes.Concat(Combinations()))
            foreach (OpCase both in MatMulCase.BothForms(Case(size, true, Activation.None))) yield return both;
        foreach (Size size in new Size[] { new(2, 3, 5, 7, 6, 3, 1, 1), new(2, 3, 5, 4, 6, 1, 1, 0), new(2, 3, 5, 8, 8, 2, 2, 0) })
            foreach (bool bias in new[] { false, true })
                foreach (Activation activation in Enum.GetValues<Activation>())
                    foreach (OpCase both in MatMulCase.BothForms(Case(size, bias, activation))) yield return both;
        foreach (Size size in WithResidual)
            foreach (bool bias in new[] { false, true })
                foreach (Activation activation in Enum.GetValues<Activation>())
                    foreach (OpCase both in MatMulCase.BothForms(Case(size, bias, activation, hasResidual: true))) yield return both;
        foreach (Size size in new Size[] { new(2, 20, 40, 9, 9, 3, 1, 1), new(2, 8, 24, 12, 12, 4, 2, 1) })
            yield return Case(size, true, Activation.None) with
            {
                Profile = profile => profile with { IsCpu = false, MaxWorkgroupInvocations = 128 },
                Variant = "128 invocations",
            };
        foreach (OpCase wide in WideTiles()) yield return wide;
        foreach (OpCase benchmark in Benchmarks()) yield return benchmark;
        foreach (OpCase half in HalfPrecision()) yield return half;
    }

    // Each part by itself, so that all its operands can be exact in 16 bits.
    private static IEnumerable<OpCase> HalfPrecision()
    {
        Size[] strided = { new(2, 3, 4, 7, 8, 2, 2, 0), new(2, 3, 4, 8, 9, 3, 2, 1), new(2, 3, 4, 8, 9, 3, 3, 1), new(2, 3, 4, 9, 10, 4, 2, 1), new(1, 2, 6, 8, 17, 7, 4, 2), new(2, 3, 4, 21, 22, 16, 16, 0) };
        foreach (Size size in Sizes.Concat(strided).Append(new Size(2, 24, 136, 13, 12, 3, 1, 1)))
            foreach (string part in new[] { "forward", "input", "weight" })
                foreach (OpCase half in MatMulCase.HalfForms(Benchmark(size, part) with { IsBenchmark = false, Name = size.ToString() })) yield return half;
        foreach (Activation activation in Enum.GetValues<Activation>())
            foreach (OpCase half in MatMulCase.HalfForms(Case(new Size(2, 3, 5, 7, 6, 3, 1, 1), true, activation))) yield return half;
        foreach (Size size in WithResidual)
            foreach (OpCase half in MatMulCase.HalfForms(Case(size, true, Activation.Relu, hasResidual: true))) yield return half;
        foreach (OpCase benchmark in Benchmarks().Where(benchmark => benchmark.Op == "conv2d"))
            foreach (OpCase half in MatMulCase.HalfForms(benchmark)) yield return half;
    }

    private static IEnumerable<Size> Combinations()
    {
        foreach ((int kernel, int stride, int padding) in new[]
        {
            (2, 1, 0), (2, 1, 1), (2, 2, 0), (2, 3, 1), (3, 1, 0), (3, 1, 2), (3, 2, 0), (3, 2, 1), (3, 3, 1), (4, 1, 1), (4, 2, 1), (4, 4, 0), (4, 3, 2),
            (7, 1, 3), (7, 2, 3), (7, 4, 2), (16, 16, 0), (16, 8, 4),
        })
        {
            yield return new Size(2, 3, 4, kernel + 5, kernel + 6, kernel, stride, padding);
            yield return new Size(1, 2, 6, kernel + 1, (2 * kernel) + 3, kernel, stride, padding);
        }
    }

    // Results of 1024 x 1024 with as little arithmetic as that can have: what GPUs with many registers take wide tiles for.
    private static IEnumerable<OpCase> WideTiles()
    {
        foreach ((Size size, string part) in new[]
        {
            (new Size(1, 1, 1024, 34, 34, 3, 1, 0), "forward"), (new Size(1, 1024, 1, 32, 32, 3, 1, 1), "input"), (new Size(1, 114, 1024, 4, 4, 3, 1, 0), "weight"),
        })
        {
            yield return Benchmark(size, part) with { IsBenchmark = false, Profile = profile => profile with { IsCpu = false, VendorId = 0x10DE }, Variant = "wide tiles" };
            yield return MatMulCase.WideHalf(Benchmark(size, part).On(Precision.Float16));
        }
    }

    private static IEnumerable<OpCase> Benchmarks()
    {
        foreach (Size size in new Size[] { new(4, 64, 64, 56, 56, 3, 1, 1), new(4, 256, 256, 14, 14, 3, 1, 1), new(4, 256, 64, 56, 56, 1, 1, 0) })
            foreach (string part in new[] { "forward", "input", "weight" })
                yield return Benchmark(size, part);
    }

    private static OpCase Case(Size size, bool hasBias, Activation activation, bool hasResidual = false)
    {
        var operands = new List<CaseInput>
        {
            CaseInput.Normal("x", new Shape(size.Batch, size.In, size.Height, size.Width)),
            CaseInput.Normal("weight", new Shape(size.Out, size.In, size.Kernel, size.Kernel), 1f / MathF.Sqrt(size.In * size.Kernel * size.Kernel)),
        };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(size.Out)));
        if (hasResidual) operands.Add(CaseInput.Normal("residual", new Shape(size.Batch, size.Out, size.OutHeight, size.OutWidth)));
        string name = $"{size}{(hasBias ? "" : " no bias")}{(hasResidual ? " residual" : "")}{(activation == Activation.None ? "" : " " + activation.ToString().ToLowerInvariant())}";
        return new OpCase("conv2d", name, operands,
            tensors => new[] { tensors[0].Conv2d(tensors[1], hasBias ? tensors[2] : null, size.Stride, size.Padding, activation, size.Dilation, hasResidual ? tensors[^1] : null) },
            values => new[] { Activate(Plus(Forward(size, values[0], values[1], hasBias ? values[2] : null), hasResidual ? values[^1] : null), activation) })
        {
            DifferenceCount = 12,
            DifferenceStep = activation == Activation.Relu ? 1e-7 : 1e-5,
        };
    }

    // A gradient as a case of its own: the program is the gradient of the sum of y * g, and only that part of it is kept.
    private static OpCase Benchmark(Size size, string part)
    {
        CaseInput x = CaseInput.Normal("x", new Shape(size.Batch, size.In, size.Height, size.Width), differentiated: false);
        CaseInput weight = CaseInput.Normal("weight", new Shape(size.Out, size.In, size.Kernel, size.Kernel), 0.1f, differentiated: false);
        CaseInput grad = CaseInput.Normal("grad", new Shape(size.Batch, size.Out, size.OutHeight, size.OutWidth), differentiated: false);
        string op = part == "forward" ? "conv2d" : $"conv2d_{part}_gradient";
        string name = $"conv{size.Kernel}x{size.Kernel} {size.Height}x{size.Width}x{size.In} to {size.Out} batch {size.Batch}";
        return new OpCase(op, name, new[] { x, weight, grad },
            tensors => new[] { BenchmarkOutput(size, part, tensors) },
            values => new[] { Part(size, part, values) })
        {
            IsBenchmark = true,
            GradientTolerance = 0,
        };
    }

    private static Tensor BenchmarkOutput(Size size, string part, Tensor[] tensors)
    {
        Tensor output = tensors[0].Conv2d(tensors[1], null, size.Stride, size.Padding, dilation: size.Dilation);
        return part == "forward" ? output : Gradients.Of(output.Multiply(tensors[2]).SumAll(), new[] { tensors[part == "input" ? 0 : 1] })[0];
    }

    private static double[] Part(Size size, string part, double[][] values) => part switch
    {
        "forward" => Forward(size, values[0], values[1], null),
        "input" => InputGradient(size, values[2], values[1]),
        _ => WeightGradient(size, values[2], values[0]),
    };

    private static double[] Plus(double[] values, double[]? residual) => residual is null ? values : values.Zip(residual, (value, other) => value + other).ToArray();

    private static double[] Activate(double[] values, Activation activation) => activation switch
    {
        Activation.Relu => Array.ConvertAll(values, value => Math.Max(value, 0.0)),
        Activation.Gelu => Array.ConvertAll(values, value => 0.5 * value * (1.0 + Elementwise.UnaryCase.ErrorFunction(value / Math.Sqrt(2.0)))),
        _ => values,
    };

    internal static double[] Forward(Size size, double[] x, double[] weight, double[]? bias)
    {
        var result = new double[size.Batch * size.Out * size.OutHeight * size.OutWidth];
        int positions = size.OutHeight * size.OutWidth, inner = size.In * size.Kernel * size.Kernel;
        for (int b = 0; b < size.Batch; b++)
        {
            double[] image = Product.Of(weight, Patches(size, x, b), size.Out, positions, inner);
            for (int i = 0; i < image.Length; i++) result[(b * image.Length) + i] = image[i] + (bias is null ? 0.0 : bias[i / positions]);
        }
        return result;
    }

    internal static double[] WeightGradient(Size size, double[] grad, double[] x)
    {
        int positions = size.OutHeight * size.OutWidth, inner = size.In * size.Kernel * size.Kernel;
        var result = new double[size.Out * inner];
        for (int b = 0; b < size.Batch; b++)
        {
            ReadOnlySpan<double> image = grad.AsSpan(b * size.Out * positions, size.Out * positions);
            double[] part = Product.Of(image, Patches(size, x, b), size.Out, inner, positions, transposeB: true);
            for (int i = 0; i < part.Length; i++) result[i] += part[i];
        }
        return result;
    }

    internal static double[] InputGradient(Size size, double[] grad, double[] weight)
    {
        var result = new double[size.Batch * size.In * size.Height * size.Width];
        int positions = size.OutHeight * size.OutWidth, inner = size.In * size.Kernel * size.Kernel;
        for (int b = 0; b < size.Batch; b++)
        {
            double[] patches = Product.Of(weight, grad.AsSpan(b * size.Out * positions, size.Out * positions), inner, positions, size.Out, transposeA: true);
            Walk(size, b, (patch, at) => result[at] += patches[patch]);
        }
        return result;
    }

    // [in * kernel * kernel, positions] of one image; zero in the padding.
    private static double[] Patches(Size size, double[] x, int image)
    {
        var patches = new double[size.In * size.Kernel * size.Kernel * size.OutHeight * size.OutWidth];
        Walk(size, image, (patch, at) => patches[patch] = x[at]);
        return patches;
    }

    private static void Walk(Size size, int image, Action<int, int> visit)
    {
        int patch = 0;
        for (int row = 0; row < size.In * size.Kernel * size.Kernel; row++)
        {
            int channel = row / (size.Kernel * size.Kernel), r = row / size.Kernel % size.Kernel, s = row % size.Kernel;
            for (int oy = 0; oy < size.OutHeight; oy++)
                for (int ox = 0; ox < size.OutWidth; ox++, patch++)
                {
                    int y = (oy * size.Stride) - size.Padding + (r * size.Dilation), x = (ox * size.Stride) - size.Padding + (s * size.Dilation);
                    if (y < 0 || x < 0 || y >= size.Height || x >= size.Width) continue;
                    visit(patch, (((((image * size.In) + channel) * size.Height) + y) * size.Width) + x);
                }
        }
    }
}
