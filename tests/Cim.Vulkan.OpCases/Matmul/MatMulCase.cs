using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>
/// Matrix products in all layouts, plain and batched, on both sides of every threshold of the choice of kernels: widths of reads, rows of an
/// invocation, tiles, split inner dimensions.
/// </summary>
public sealed class MatMulCase : IOpCases
{
    private static readonly (int M, int N, int K)[] Sizes =
    {
        (1, 1, 1), (1, 7, 3), (3, 1, 7), (7, 3, 1), (4, 4, 4), (5, 8, 12), (8, 64, 16), (9, 65, 17), (15, 17, 31), (16, 16, 16), (17, 33, 15),
        (24, 63, 20), (31, 32, 33), (32, 36, 40), (33, 31, 5), (48, 64, 8), (63, 65, 7), (64, 64, 64), (65, 67, 18), (95, 12, 9), (96, 64, 12),
        (97, 100, 6), (121, 8, 16), (128, 20, 28), (3, 130, 19), (2, 2, 511), (3, 5, 512), (16, 9, 513), (4, 8, 1000), (17, 24, 1026),
        (300, 21, 2099),
    };

    private static readonly (int[] Batch, int M, int N, int K)[] Batched =
    {
        (new[] { 1 }, 3, 5, 7), (new[] { 2 }, 4, 8, 12), (new[] { 3 }, 17, 5, 9), (new[] { 2, 3 }, 8, 12, 4), (new[] { 2, 3 }, 33, 17, 6),
        (new[] { 2, 1, 2 }, 5, 6, 7), (new[] { 3 }, 4, 4, 520), (new[] { 2, 2 }, 5, 3, 515), (new[] { 70 }, 2, 3, 4),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (string layout in new[] { "nn", "nt", "tn" })
        {
            foreach ((int m, int n, int k) in Sizes)
                foreach (OpCase both in BothForms(Case(layout, Array.Empty<int>(), m, n, k))) yield return both;
            foreach ((int[] batch, int m, int n, int k) in Batched)
                foreach (OpCase both in BothForms(Case(layout, batch, m, n, k))) yield return both;
            yield return Case(layout, Array.Empty<int>(), 40, 24, 20) with { Profile = SmallWorkgroups, Variant = "128 invocations" };
            yield return Case(layout, Array.Empty<int>(), 70, 70, 24) with { Profile = SmallWorkgroups, Variant = "128 invocations" };
            yield return Case(layout, Array.Empty<int>(), 1030, 1025, 5) with { Profile = WideTiles, Variant = "wide tiles", DifferenceCount = 2 };
            yield return Case(layout, Array.Empty<int>(), 1024, 1028, 20) with { Profile = WideTiles, Variant = "wide tiles", DifferenceCount = 2 };
            yield return Case(layout, Array.Empty<int>(), 780, 1270, 5) with { Profile = profile => WideTiles(profile) with { VendorId = 0x8086 }, Variant = "wide tiles, Intel", DifferenceCount = 2 };
            yield return WideHalf(Case(layout, Array.Empty<int>(), 1030, 1025, 5).On(Precision.Float16));
            yield return WideHalf(Case(layout, Array.Empty<int>(), 1024, 1028, 20).On(Precision.BFloat16));
            foreach (Precision precision in new[] { Precision.Float32, Precision.Float16, Precision.BFloat16 })
            {
                OpCase benchmark = Benchmark(layout, 768, 3072, 768);
                OpCase chosen = precision == Precision.Float32 ? benchmark : benchmark.On(precision);
                yield return chosen;
                if (precision != Precision.Float32) yield return WorkgroupMatmulCase.Force(chosen);
            }
            foreach ((int m, int n, int k) in Sizes) foreach (OpCase half in HalfForms(Case(layout, Array.Empty<int>(), m, n, k))) yield return half;
            foreach ((int[] batch, int m, int n, int k) in Batched) foreach (OpCase half in HalfForms(Case(layout, batch, m, n, k))) yield return half;
            foreach (OpCase half in HalfForms(Case(layout, Array.Empty<int>(), 300, 520, 72) with { DifferenceCount = 4 })) yield return half;
        }
        foreach (bool transposed in new[] { false, true })
            foreach (int[] batch in new[] { new[] { 2 }, new[] { 3, 5 } })
                foreach (OpCase both in BothForms(SharedRight(batch, 7, 9, 12, transposed))) yield return both;
    }

    /// <summary>The case in both 16-bit types, on matrix units where the device has them.</summary>
    /// <param name="opCase">The case.</param>
    public static OpCase[] HalfForms(OpCase opCase) => new[] { opCase.On(Precision.Float16), opCase.On(Precision.BFloat16) };

    /// <summary>The case as the device chooses, and with the form for GPUs forced.</summary>
    /// <param name="opCase">The case.</param>
    public static OpCase[] BothForms(OpCase opCase) => new[] { opCase, opCase with { Profile = profile => profile with { IsCpu = false }, Variant = "gpu" } };

    /// <summary>A case in 16 bits without matrix units on a device that takes the largest tiles.</summary>
    /// <param name="half">The case.</param>
    public static OpCase WideHalf(OpCase half) => (half with { Profile = WideTiles, Variant = half.Variant + ", wide tiles", IsBenchmark = false, GradientTolerance = 0 }).WithoutMatrixUnits();

    private static DeviceProfile SmallWorkgroups(DeviceProfile profile) => profile with { IsCpu = false, MaxWorkgroupInvocations = 128 };

    private static DeviceProfile WideTiles(DeviceProfile profile) => profile with { IsCpu = false, VendorId = 0x10DE };

    private static OpCase Benchmark(string layout, int m, int k, int n) =>
        Case(layout, Array.Empty<int>(), m, n, k) with
        {
            Op = layout == "nn" ? "matmul" : $"matmul_{layout}",
            Name = $"{m}x{k}x{n}",
            IsBenchmark = true,
            GradientTolerance = 0,
        };

    /// <summary>A product.</summary>
    /// <param name="layout">nn, nt or tn.</param>
    /// <param name="batch">Batch axes.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Inner dimension.</param>
    public static OpCase Case(string layout, int[] batch, int m, int n, int k)
    {
        bool transposeA = layout == "tn", transposeB = layout == "nt";
        Shape left = transposeA ? Batch(batch, k, m) : Batch(batch, m, k);
        Shape right = transposeB ? Batch(batch, n, k) : Batch(batch, k, n);
        string prefix = batch.Length == 0 ? "" : string.Join("x", batch) + " times ";
        return new OpCase("matmul", $"{layout} {prefix}{m}x{k}x{n}", new[] { CaseInput.Normal("a", left), CaseInput.Normal("b", right) },
            tensors => new[] { tensors[0].MatMul(tensors[1], transposeA, transposeB) },
            values =>
            {
                int count = (int)left.Count / (m * k);
                var result = new double[count * m * n];
                for (int i = 0; i < count; i++)
                {
                    ReadOnlySpan<double> a = values[0].AsSpan(i * m * k, m * k), b = values[1].AsSpan(i * k * n, k * n);
                    Product.Of(a, b, m, n, k, transposeA, transposeB).CopyTo(result, i * m * n);
                }

                return new[] { result };
            });
    }

    private static OpCase SharedRight(int[] batch, int m, int n, int k, bool transposed)
    {
        Shape left = Batch(batch, m, k);
        int rows = (int)left.Count / k;
        return new OpCase("matmul", $"shared right {string.Join("x", batch)} {(transposed ? "nt" : "nn")}",
            new[] { CaseInput.Normal("a", left), CaseInput.Normal("b", transposed ? new Shape(n, k) : new Shape(k, n)) },
            tensors => new[] { tensors[0].MatMul(tensors[1], transposeB: transposed) },
            values => new[] { Product.Of(values[0], values[1], rows, n, k, transposeB: transposed) });
    }

    private static Shape Batch(int[] batch, int rows, int columns)
    {
        var lengths = new List<int>(batch) { rows, columns };
        return new Shape(lengths.ToArray());
    }
}
