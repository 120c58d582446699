using System.IO;

namespace Cim.Vulkan.Bench;

/// <summary>Lays two bench files side by side: another device, another driver, or the same before and after a change.</summary>
public static class BenchCompare
{
    /// <summary>Compares the rows that both files have timed.</summary>
    /// <param name="first">A file that <c>cim bench ops</c>, <c>models</c> or <c>train</c> wrote.</param>
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
        BenchComparison comparison = BenchComparison.Of(a, b, options.Chooses);
        foreach (RowPair pair in comparison.Rows)
        {
            string note = pair.Note.Length > 0 ? $"  {pair.Note}" : "";
            output.WriteLine($"{pair.A.Op,-26} {pair.A.Case,-40} {pair.A.Variant,-10} {pair.A.Milliseconds,10:F3} {pair.B.Milliseconds,10:F3} {pair.Ratio,8:F2}{note}");
        }
        output.WriteLine(comparison.Rows.Count == 0 ? "no row is timed in both files" : comparison.Summary);
        return comparison.Rows.Count == 0 ? 1 : 0;
    }
}
