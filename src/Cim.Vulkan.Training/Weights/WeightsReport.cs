using System.Collections.Generic;

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

    /// <summary>The counts in a line.</summary>
    public string Summary => $"{Architecture}: {Loaded.Count} loaded, {Missing.Count} missing, {Unexpected.Count} unexpected, {Resized.Count} resized, {Dropped.Count} of a head dropped, {Ignored.Count} ignored";
}
