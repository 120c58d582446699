using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Bench;

/// <summary>A row that two files have timed.</summary>
/// <param name="A">Of the first file.</param>
/// <param name="B">Of the second file.</param>
internal sealed record RowPair(BenchFileRow A, BenchFileRow B)
{
    /// <summary>A's time over B's: above 1 B is faster.</summary>
    public double Ratio => A.Milliseconds!.Value / B.Milliseconds!.Value;

    /// <summary>Whether the ratio is no larger than the two spreads together.</summary>
    public bool IsNoise => Math.Abs(Math.Log(Ratio)) <= Math.Log(1 + (A.Spread ?? 0) + (B.Spread ?? 0));

    /// <summary>What stands beside the ratio: that it is noise, or that the two did not do the same; empty where there is nothing to say.</summary>
    public string Note => string.Join(", ", Remarks());

    private IEnumerable<string> Remarks()
    {
        if (A.Arithmetic != B.Arithmetic) yield return $"{A.Arithmetic} against {B.Arithmetic}";
        if (A.Parameters is { } a && B.Parameters is { } b && a != b) yield return FormattableString.Invariant($"other networks: {a} against {b} parameters");
        if (A.MatrixFlops is { } first && B.MatrixFlops is { } second && first != second) yield return FormattableString.Invariant($"other work: {first / 1e9:F3} against {second / 1e9:F3} GFLOP of products");
        if (IsNoise) yield return "within the spread";
    }
}

/// <summary>Two files side by side.</summary>
/// <param name="A">The first file.</param>
/// <param name="B">The second file.</param>
/// <param name="Rows">Rows that both have timed, in A's order.</param>
internal sealed record BenchComparison(BenchFile A, BenchFile B, IReadOnlyList<RowPair> Rows)
{
    /// <summary>Pairs the rows of two files.</summary>
    /// <param name="a">The first file.</param>
    /// <param name="b">The second file.</param>
    /// <param name="chooses">Which rows, by their names.</param>
    public static BenchComparison Of(BenchFile a, BenchFile b, Func<string, bool>? chooses = null)
    {
        Dictionary<(string, string, string), BenchFileRow> others = b.Rows.GroupBy(Key).ToDictionary(group => group.Key, group => group.Last());
        var pairs = new List<RowPair>();
        foreach (BenchFileRow row in a.Rows.Where(row => chooses is null || chooses($"{row.Op} {row.Case} {row.Variant}")))
            if (others.TryGetValue(Key(row), out BenchFileRow? other) && row.Milliseconds is > 0 && other.Milliseconds is > 0) pairs.Add(new RowPair(row, other));
        return new BenchComparison(a, b, pairs);
    }

    /// <summary>How many rows and what on average, a line. A CPU driver says nothing about GPUs, so no mean ranks it against one.</summary>
    public string Summary
    {
        get
        {
            string mean = A.IsCpuDriver != B.IsCpuDriver ? "no mean: one of the two is a CPU driver" : FormattableString.Invariant($"geometric mean of A / B {Math.Exp(Rows.Average(pair => Math.Log(pair.Ratio))):F2}");
            return $"{Rows.Count} rows, {Rows.Count(pair => pair.IsNoise)} within their spread, {mean}";
        }
    }

    private static (string, string, string) Key(BenchFileRow row) => (row.Op, row.Case, row.Variant);
}
