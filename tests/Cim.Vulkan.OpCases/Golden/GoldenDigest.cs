using System;
using System.Linq;

namespace Cim.Vulkan.OpCases;

/// <summary>
/// A large tensor of a golden file, of which only evenly spread entries are stored, and its largest magnitude, norm, sum of magnitudes and sum.
/// The entries show where something is wrong, the sums that nothing is wrong elsewhere.
/// </summary>
internal static class GoldenDigest
{
    /// <summary>Names under which the file holds a digest.</summary>
    /// <param name="name">The tensor's name.</param>
    public static string[] Parts(string name) => new[] { $"{name}.entries", $"{name}.digest" };

    /// <summary>Compares a tensor with its digest.</summary>
    /// <param name="comparison">Collects what is wrong.</param>
    /// <param name="file">Holds the digest.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="actual">All its elements.</param>
    /// <param name="tolerance">Largest error: of entries relative to the largest of all elements, of the sum relative to the sum of magnitudes.</param>
    /// <param name="isGradient">Whether it is a gradient.</param>
    public static void Compare(GoldenComparison comparison, GoldenFile file, string name, double[] actual, double tolerance, bool isGradient)
    {
        double[] entries = file[$"{name}.entries"].ToDoubles(), digest = file[$"{name}.digest"].ToDoubles();
        double[] own = { actual.Max(Math.Abs), Math.Sqrt(actual.Sum(value => value * value)), actual.Sum(Math.Abs), actual.Sum() };
        double[] spread = entries.Select((_, k) => actual[(int)((long)k * actual.Length / entries.Length)]).ToArray();
        comparison.Add($"{name}.entries", spread, entries, tolerance, isGradient, leastScale: digest[0]);
        string[] words = { "largest magnitude", "norm", "sum of magnitudes", "sum" };
        for (int i = 0; i < digest.Length; i++)
            comparison.Add($"{name}, {words[i]}", new[] { own[i] }, new[] { digest[i] }, tolerance, isGradient, leastScale: i == 3 ? digest[2] : 0.0);
    }
}
