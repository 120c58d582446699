using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Bench;

/// <summary>Lays two bench files side by side: another device, another driver, or the same before and after a change.</summary>
public static class BenchCompare
{
    /// <summary>Compares the rows that both files have timed.</summary>
    /// <param name="first">A file that <c>cim bench ops --json</c> wrote.</param>
    /// <param name="second">Another one.</param>
    /// <param name="options">Which rows.</param>
    /// <param name="output">For the table.</param>
    /// <returns>0, or 1 where there is no row to compare.</returns>
    /// <exception cref="BenchFileException">A file cannot be read.</exception>
    public static int Run(string first, string second, BenchOptions options, TextWriter output)
    {
        BenchFile a = BenchFile.Read(first), b = BenchFile.Read(second);
        output.WriteLine($"A  {a.Title}, {a.Measured}");
        output.WriteLine($"B  {b.Title}, {b.Measured}");
        output.WriteLine($"{"op",-26} {"case",-40} {"variant",-10} {"A ms",10} {"B ms",10} {"A / B",8}");
        Dictionary<(string, string, string), BenchFileRow> others = b.Rows.GroupBy(Key).ToDictionary(group => group.Key, group => group.Last());
        var ratios = new List<double>();
        int within = 0;
        foreach (BenchFileRow row in a.Rows.Where(row => options.Chooses($"{row.Op} {row.Case} {row.Variant}")))
        {
            if (!others.TryGetValue(Key(row), out BenchFileRow? other) || row.Milliseconds is not > 0 || other.Milliseconds is not > 0) continue;
            double ratio = row.Milliseconds.Value / other.Milliseconds.Value;
            bool isNoise = Math.Abs(Math.Log(ratio)) <= Math.Log(1 + (row.Spread ?? 0) + (other.Spread ?? 0));
            ratios.Add(ratio);
            within += isNoise ? 1 : 0;
            output.WriteLine($"{row.Op,-26} {row.Case,-40} {row.Variant,-10} {row.Milliseconds,10:F3} {other.Milliseconds,10:F3} {ratio,8:F2}{(isNoise ? "  within the spread" : "")}");
        }
        if (ratios.Count == 0)
        {
            output.WriteLine("no row is timed in both files");
            return 1;
        }
        // A CPU driver says nothing about GPUs, so no mean ranks it against one.
        string mean = a.IsCpuDriver != b.IsCpuDriver
            ? "no mean: one of the two is a CPU driver"
            : $"geometric mean of A / B {Math.Exp(ratios.Average(Math.Log)):F2}";
        output.WriteLine($"{ratios.Count} rows, {within} within their spread, {mean}");
        return 0;
    }

    private static (string, string, string) Key(BenchFileRow row) => (row.Op, row.Case, row.Variant);
}
