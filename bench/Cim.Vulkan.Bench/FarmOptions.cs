namespace Cim.Vulkan.Bench;

/// <summary>What a farm survey looks at and what becomes of it.</summary>
public sealed record FarmOptions
{
    /// <summary>Words that a variant's name and constants must have, separated by spaces; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>File for every figure and the compiler's own statistics; null for none.</summary>
    public string? JsonPath { get; init; }

    /// <summary>File of earlier figures to compare with; null for none.</summary>
    public string? BaselinePath { get; init; }

    /// <summary>Whether the figures replace the device's in the baseline, instead of being compared with them.</summary>
    public bool IsUpdate { get; init; }

    /// <summary>The device's name in files; null for its own. Virtual devices of one driver may all have the same.</summary>
    public string? DeviceName { get; init; }
}
