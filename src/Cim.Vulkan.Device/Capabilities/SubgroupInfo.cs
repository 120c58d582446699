using System.Collections.Generic;

namespace Cim.Vulkan.Device;

/// <summary>The subgroups of a device.</summary>
public sealed record SubgroupInfo
{
    /// <summary>The default number of lanes of a subgroup.</summary>
    public required int Size { get; init; }

    /// <summary>The smallest subgroup size that a pipeline may require; equals <see cref="Size"/> without subgroup size control.</summary>
    public required int MinSize { get; init; }

    /// <summary>The largest subgroup size that a pipeline may require; equals <see cref="Size"/> without subgroup size control.</summary>
    public required int MaxSize { get; init; }

    /// <summary>True when compute shaders may require a subgroup size.</summary>
    public required bool ComputeCanRequireSize { get; init; }

    /// <summary>The subgroup operations of compute shaders: Basic, Vote, Arithmetic, Ballot, Shuffle, ShuffleRelative, Clustered, Quad.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>True when compute shaders have subgroup operations at all.</summary>
    public required bool InCompute { get; init; }
}
