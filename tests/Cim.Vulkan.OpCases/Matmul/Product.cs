using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>Matrix products in float64, a few rows of the result after the other.</summary>
public static class Product
{
    // So many rows of the result share a row of the right matrix while it is in the cache.
    private const int RowsAtOnce = 8;

    /// <summary>op(left) op(right) of packed matrices.</summary>
    /// <param name="left"><c>[m, k]</c>, or <c>[k, m]</c> where transposed.</param>
    /// <param name="right"><c>[k, n]</c>, or <c>[n, k]</c> where transposed.</param>
    /// <param name="m">Rows.</param>
    /// <param name="n">Columns.</param>
    /// <param name="k">Inner dimension.</param>
    /// <param name="transposeA">Whether left is stored transposed.</param>
    /// <param name="transposeB">Whether right is stored transposed.</param>
    public static double[] Of(ReadOnlySpan<double> left, ReadOnlySpan<double> right, int m, int n, int k, bool transposeA = false, bool transposeB = false)
    {
        double[] plain = right.ToArray();
        if (transposeB)
        {
            for (int p = 0; p < k; p++)
                for (int j = 0; j < n; j++) plain[(p * n) + j] = right[(j * k) + p];
        }
        var result = new double[m * n];
        for (int first = 0; first < m; first += RowsAtOnce)
            for (int p = 0; p < k; p++)
                for (int i = first; i < Math.Min(first + RowsAtOnce, m); i++)
                    AddScaled(result.AsSpan(i * n, n), transposeA ? left[(p * m) + i] : left[(i * k) + p], plain.AsSpan(p * n, n));
        return result;
    }

    private static void AddScaled(Span<double> sum, double factor, ReadOnlySpan<double> row)
    {
        Span<Vector<double>> sums = MemoryMarshal.Cast<double, Vector<double>>(sum);
        ReadOnlySpan<Vector<double>> rows = MemoryMarshal.Cast<double, Vector<double>>(row);
        for (int i = 0; i < sums.Length; i++) sums[i] += rows[i] * factor;
        for (int i = sums.Length * Vector<double>.Count; i < sum.Length; i++) sum[i] += factor * row[i];
    }
}
