using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>A tensor that did not fit as it was.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Change">What was done, such as <c>14x14 to 24x24, bicubic</c>.</param>
public sealed record ResizedWeight(string Name, string Change);

/// <summary>What became of each tensor of a file and of each parameter of a network.</summary>
public sealed record WeightsReport
{
    /// <summary>The architecture whose names the file has.</summary>
    public required string Architecture { get; init; }

    /// <summary>What stood before all names that were taken.</summary>
    public required string Prefix { get; init; }

    /// <summary>Parameters that get a value.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>Parameters that the file has nothing for: they keep their first values.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Tensors of the file that the network has no use for.</summary>
    public required IReadOnlyList<string> Unexpected { get; init; }

    /// <summary>Tensors of the file that are known and left: counters, indices, decoders.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>Tensors of a head that was dropped.</summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>Loaded parameters that were interpolated.</summary>
    public required IReadOnlyList<ResizedWeight> Resized { get; init; }

    /// <summary>The counts in a line, and lines that name what is missing, unexpected or resized.</summary>
    public IEnumerable<string> Lines
    {
        get
        {
            yield return Summary;
            if (Missing.Count > 0) yield return $"missing, with their first values: {Some(Missing)}";
            if (Unexpected.Count > 0) yield return $"unexpected, left aside: {Some(Unexpected)}";
            if (Resized.Count > 0) yield return $"resized: {Some(Resized.Select(resized => $"{resized.Name} {resized.Change}"))}";
        }
    }

    /// <summary>The counts in a line.</summary>
    public string Summary => $"{Architecture}: {Loaded.Count} loaded, {Missing.Count} missing, {Unexpected.Count} unexpected, {Resized.Count} resized, {Dropped.Count} of a head dropped, {Ignored.Count} ignored";

    /// <summary>The first of some names of a file, and how many more there are.</summary>
    internal static string Some(IEnumerable<string> names)
    {
        const int Most = 6;
        string[] all = [.. names];
        string first = string.Join(", ", all.Take(Most).Select(WeightsException.OneLine));
        return all.Length > Most ? $"{first} and {all.Length - Most} more" : first;
    }
}
