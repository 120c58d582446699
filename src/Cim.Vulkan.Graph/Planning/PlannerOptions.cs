namespace Cim.Vulkan.Graph;

/// <summary>How a plan is made; the defaults are right for running, the rest is for tests.</summary>
public sealed record PlannerOptions
{
    /// <summary>In which type products are multiplied.</summary>
    public Precision Precision { get; init; }

    /// <summary>In which type copies of the weights are kept for the products to read; null for that of the products, Float32 for no copies.</summary>
    public Precision? WeightCopies { get; init; }

    /// <summary>Unused bytes kept behind every arena tensor, for tests that look for writes out of bounds.</summary>
    public int GuardBytes { get; init; }

    /// <summary>Whether memory of dead tensors is used again.</summary>
    public bool ReuseMemory { get; init; } = true;

    /// <summary>Whether what comes out the same step after step is computed once and kept; the results have the same bits either way.</summary>
    public bool PreparesSteadyWork { get; init; } = true;
}
