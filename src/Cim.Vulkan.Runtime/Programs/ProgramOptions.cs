namespace Cim.Vulkan.Runtime;

/// <summary>How a plan is loaded.</summary>
public sealed record ProgramOptions
{
    /// <summary>Name for captures and messages.</summary>
    public string Name { get; init; } = "program";

    /// <summary>Outputs up to this many bytes come back by themselves after every step; larger ones on request.</summary>
    public int MetricBytes { get; init; } = 4096;

    /// <summary>Whether every launch is timed by itself; it then runs alone, so their sum is more than a step takes.</summary>
    public bool TimeLaunches { get; init; }

    /// <summary>Records the plan without its barriers, for tests that must see the validation layer complain.</summary>
    internal bool LeaveOutBarriers { get; init; }
}
