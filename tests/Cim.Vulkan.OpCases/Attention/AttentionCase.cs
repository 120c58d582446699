using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Matmul;

namespace Cim.Vulkan.OpCases.Attention;

/// <summary>Self-attention, fused and made of matrix products: token counts around every tile, head widths, with and without bias.</summary>
public sealed class AttentionCase : IOpCases
{
    private readonly record struct Size(int Batch, int Tokens, int Heads, int HeadDim)
    {
        public int Width => Heads * HeadDim;

        public override string ToString() => $"{Batch}x{Tokens} {Heads} heads of {HeadDim}";
    }

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (int tokens in new[] { 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 40, 47, 48, 49, 63, 64, 65, 70 })
            foreach (bool bias in new[] { false, true })
                foreach (OpCase both in MatMulCase.BothForms(Case(new Size(2, tokens, 2, 8), bias))) yield return both;
        foreach (Size size in new Size[]
        {
            new(1, 5, 1, 4), new(3, 6, 1, 12), new(1, 9, 3, 16), new(2, 17, 2, 16), new(1, 18, 2, 20), new(2, 20, 3, 32), new(1, 33, 2, 32), new(1, 13, 1, 36),
            new(2, 10, 2, 64), new(1, 35, 2, 64), new(3, 4, 2, 64), new(1, 19, 1, 96), new(1, 18, 1, 128),
        })
            foreach (bool bias in new[] { false, true })
                foreach (OpCase both in MatMulCase.BothForms(Case(size, bias))) yield return both;
        foreach (OpCase both in MatMulCase.BothForms(Case(new Size(2, 11, 2, 16), true, scale: 0.7f))) yield return both;
        foreach (OpCase both in MatMulCase.BothForms(Case(new Size(1, 530, 1, 4), true))) yield return both with { DifferenceCount = 3 };
        foreach (Size size in new Size[] { new(2, 35, 2, 64), new(1, 18, 1, 128) })
            yield return Case(size, true) with
            {
                Profile = profile => profile with { IsCpu = false, MaxSharedMemoryBytes = 16384, MaxWorkgroupInvocations = 128 },
                Variant = "16 KiB",
            };
        foreach (Size size in new Size[] { new(2, 35, 2, 64), new(1, 33, 2, 32), new(1, 18, 1, 128) })
            yield return Case(size, true) with { Profile = profile => profile with { IsCpu = false, VendorId = 0x5143 }, Variant = "Adreno" };
        foreach (string part in new[] { "forward", "backward" })
            foreach (bool bias in new[] { false, true })
                foreach (Precision precision in new[] { Precision.Float32, Precision.Float16 })
                    yield return On(precision, Benchmark(new Size(2, 197, 12, 64), part, bias));
        foreach (OpCase opCase in HalfPrecision())
            foreach (Precision precision in new[] { Precision.Float16, Precision.BFloat16 }) yield return On(precision, opCase);
        // On matrix units where there are some, and with the scalar form where no tile of matrices fits.
        foreach (Size size in new Size[] { new(2, 1, 2, 8), new(2, 17, 2, 16), new(1, 33, 3, 24), new(1, 70, 2, 64) })
            foreach (bool bias in new[] { false, true })
                foreach (Precision precision in new[] { Precision.Float16, Precision.BFloat16 })
                    foreach (bool isScalar in new[] { false, true }) yield return Between(size, bias, precision, isScalar);
    }

    // Attention between two linear layers, where all it reads and writes lies in 16 bits: queries, keys, values, the result and their gradients
    // are rounded once more each, as in MlpCase.
    private static OpCase Between(Size size, bool hasBias, Precision precision, bool isScalar)
    {
        int width = size.Width, rows = size.Batch * size.Tokens;
        var operands = new List<CaseInput>
        {
            CaseInput.Normal("x", new Shape(size.Batch, size.Tokens, width)), CaseInput.Normal("first", new Shape(3 * width, width), 1f / MathF.Sqrt(width)),
            CaseInput.Normal("second", new Shape(width, width), 1f / MathF.Sqrt(width)),
        };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(size.Heads, size.Tokens, size.Tokens)));
        OpCase half = new OpCase("attention_block", $"{size}{(hasBias ? " bias" : "")}", operands,
            tensors => new[] { tensors[0].Linear(tensors[1]).Attention(size.Heads, hasBias ? tensors[3] : null).Linear(tensors[2]) },
            values =>
            {
                double[] qkv = Product.Of(values[0], values[1], rows, 3 * width, width, transposeB: true);
                double[] attended = Forward(size, qkv, hasBias ? values[3] : null, 1.0 / Math.Sqrt(size.HeadDim));
                return new[] { Product.Of(attended, values[2], rows, width, width, transposeB: true) };
            }).On(precision);
        return half with
        {
            DifferenceCount = 6,
            Tolerance = precision == Precision.Float16 ? 2e-3 : 1.6e-2,
            // The scores of a single token have no gradient: what is left of it is rounding.
            GradientTolerance = size.Tokens == 1 ? 0.1 : precision == Precision.Float16 ? 6e-3 : 5e-2,
            Profile = isScalar ? profile => profile with { IsCpu = false, Features = profile.Features & ~Kernels.KernelFeatures.Subgroup } : null,
            Variant = isScalar ? half.Variant + ", scalar" : half.Variant,
        };
    }

    // Token counts around every tile, then head widths that fill matrices and that do not, then what the device chooses with less room.
    private static IEnumerable<OpCase> HalfPrecision()
    {
        foreach (bool bias in new[] { false, true })
            foreach (int tokens in new[] { 1, 7, 16, 17, 33, 64, 65, 197 })
                yield return Case(new Size(tokens < 100 ? 2 : 1, tokens, 2, 16), bias) with { DifferenceCount = tokens < 100 ? 12 : 4 };
        foreach (Size size in new Size[] { new(3, 18, 2, 4), new(1, 35, 3, 24), new(2, 33, 2, 32), new(1, 70, 2, 64), new(1, 19, 2, 80), new(1, 65, 1, 128) })
            yield return Case(size, size.HeadDim is 24 or 64);
        yield return Case(new Size(2, 11, 2, 16), true, scale: 0.7f);
        yield return Case(new Size(2, 70, 2, 16), true) with { Profile = profile => profile with { IsCpu = false }, Variant = "gpu" };
        yield return Case(new Size(1, 70, 2, 64), false) with { Profile = profile => profile with { IsCpu = false, MaxSharedMemoryBytes = 16384 }, Variant = "16 KiB" };
        // Lanes that hold few sums: several subgroups share their rows.
        foreach (bool bias in new[] { false, true })
            yield return Case(new Size(1, 70, 2, 64), bias) with { Profile = profile => profile with { IsCpu = false, VendorId = 0x8086 }, Variant = "side by side" };
    }

    // Scores of operands that are exact in 16 bits are exact products; the softmax' weights are rounded to 2^-11 (2^-8 in bf16) of themselves
    // before they multiply the values, and where few count, all of that reaches the output. Gradients multiply what was rounded twice more:
    // the output's gradient and that of the scores.
    private static OpCase On(Precision precision, OpCase opCase)
    {
        if (precision == Precision.Float32) return opCase;
        double tolerance = precision == Precision.Float16 ? 1e-3 : 8e-3, ofGradients = precision == Precision.Float16 ? 3e-3 : 2.5e-2;
        OpCase half = opCase.On(precision);
        return half with
        {
            Variant = opCase.Variant.Length == 0 ? half.Variant : $"{half.Variant}, {opCase.Variant}",
            Tolerance = opCase.Op == "attention" ? tolerance : ofGradients,
            GradientTolerance = opCase.GradientTolerance == 0 ? 0 : Math.Max(opCase.GradientTolerance, ofGradients),
        };
    }

    private static OpCase Case(Size size, bool hasBias, float? scale = null)
    {
        var operands = new List<CaseInput> { CaseInput.Normal("qkv", new Shape(size.Batch, size.Tokens, 3 * size.Width)) };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(size.Heads, size.Tokens, size.Tokens)));
        string name = $"{size}{(hasBias ? " bias" : "")}{(scale is null ? "" : $" scale {scale}")}";
        return new OpCase("attention", name, operands,
            tensors => new[] { tensors[0].Attention(size.Heads, hasBias ? tensors[1] : null, scale) },
            values => new[] { Forward(size, values[0], hasBias ? values[1] : null, scale ?? 1.0 / Math.Sqrt(size.HeadDim)) })
        {
            DifferenceCount = 12,
            // The scores of a single token have no gradient: what is left of it is rounding.
            GradientTolerance = size.Tokens == 1 ? 1e-2 : 1e-3,
        };
    }

    private static OpCase Benchmark(Size size, string part, bool hasBias)
    {
        var operands = new List<CaseInput>
        {
            CaseInput.Normal("qkv", new Shape(size.Batch, size.Tokens, 3 * size.Width), differentiated: false),
            CaseInput.Normal("grad", new Shape(size.Batch, size.Tokens, size.Width), differentiated: false),
        };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(size.Heads, size.Tokens, size.Tokens), differentiated: false));
        bool isForward = part == "forward";
        double scale = 1.0 / Math.Sqrt(size.HeadDim);
        string name = $"{size.Heads} heads x {size.Tokens} x {size.HeadDim}{(hasBias ? " bias" : "")}";
        return new OpCase(isForward ? "attention" : "attention_backward", name, operands,
            tensors =>
            {
                Tensor output = tensors[0].Attention(size.Heads, hasBias ? tensors[2] : null);
                return isForward ? new[] { output } : new[] { Gradients.Of(output.Multiply(tensors[1]).SumAll(), new[] { tensors[0] })[0] };
            },
            values => new[]
            {
                isForward
                    ? Forward(size, values[0], hasBias ? values[2] : null, scale)
                    : Backward(size, values[0], hasBias ? values[2] : null, values[1], scale),
            })
        {
            IsBenchmark = true,
            GradientTolerance = 0,
        };
    }

    private static double[] Forward(Size size, double[] qkv, double[]? bias, double scale)
    {
        var result = new double[size.Batch * size.Tokens * size.Width];
        ForEachHead(size, (batch, head) =>
        {
            double[] p = Probabilities(size, qkv, bias, scale, batch, head);
            double[] values = Product.Of(p, Part(size, qkv, batch, head, 2), size.Tokens, size.HeadDim, size.Tokens);
            for (int i = 0; i < values.Length; i++) result[PlainPlace(size, batch, head, i)] = values[i];
        });
        return result;
    }

    private static double[] Backward(Size size, double[] qkv, double[]? bias, double[] grad, double scale)
    {
        var result = new double[qkv.Length];
        int tokens = size.Tokens, headDim = size.HeadDim;
        ForEachHead(size, (batch, head) =>
        {
            double[] p = Probabilities(size, qkv, bias, scale, batch, head);
            var g = new double[tokens * headDim];
            for (int i = 0; i < g.Length; i++) g[i] = grad[PlainPlace(size, batch, head, i)];
            double[] ds = Product.Of(g, Part(size, qkv, batch, head, 2), tokens, tokens, headDim, transposeB: true);
            for (int row = 0; row < tokens; row++)
            {
                double sum = 0;
                for (int k = row * tokens; k < (row + 1) * tokens; k++) sum += p[k] * ds[k];
                for (int k = row * tokens; k < (row + 1) * tokens; k++) ds[k] = scale * p[k] * (ds[k] - sum);
            }
            Store(size, result, batch, head, 0, Product.Of(ds, Part(size, qkv, batch, head, 1), tokens, headDim, tokens));
            Store(size, result, batch, head, 1, Product.Of(ds, Part(size, qkv, batch, head, 0), tokens, headDim, tokens, transposeA: true));
            Store(size, result, batch, head, 2, Product.Of(p, g, tokens, headDim, tokens, transposeA: true));
        });
        return result;
    }

    private static double[] Probabilities(Size size, double[] qkv, double[]? bias, double scale, int batch, int head)
    {
        int tokens = size.Tokens;
        double[] p = Product.Of(Part(size, qkv, batch, head, 0), Part(size, qkv, batch, head, 1), tokens, tokens, size.HeadDim, transposeB: true);
        for (int row = 0; row < tokens; row++)
        {
            double maximum = double.NegativeInfinity, sum = 0;
            for (int k = row * tokens; k < (row + 1) * tokens; k++)
            {
                p[k] = (p[k] * scale) + (bias is null ? 0.0 : bias[(head * tokens * tokens) + k]);
                maximum = Math.Max(maximum, p[k]);
            }
            for (int k = row * tokens; k < (row + 1) * tokens; k++) sum += p[k] = Math.Exp(p[k] - maximum);
            for (int k = row * tokens; k < (row + 1) * tokens; k++) p[k] /= sum;
        }
        return p;
    }

    private static void ForEachHead(Size size, Action<int, int> visit)
    {
        for (int batch = 0; batch < size.Batch; batch++)
            for (int head = 0; head < size.Heads; head++) visit(batch, head);
    }

    private static int PlainPlace(Size size, int batch, int head, int i) =>
        (((batch * size.Tokens) + (i / size.HeadDim)) * size.Width) + (head * size.HeadDim) + (i % size.HeadDim);

    private static int Place(Size size, int batch, int head, int part, int i) =>
        (((batch * size.Tokens) + (i / size.HeadDim)) * 3 * size.Width) + (part * size.Width) + (head * size.HeadDim) + (i % size.HeadDim);

    private static double[] Part(Size size, double[] qkv, int batch, int head, int part)
    {
        var values = new double[size.Tokens * size.HeadDim];
        for (int i = 0; i < values.Length; i++) values[i] = qkv[Place(size, batch, head, part, i)];
        return values;
    }

    private static void Store(Size size, double[] qkv, int batch, int head, int part, double[] values)
    {
        for (int i = 0; i < values.Length; i++) qkv[Place(size, batch, head, part, i)] = values[i];
    }
}
