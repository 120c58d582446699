using System;
using System.Threading;
using Cim.Vulkan.Device;

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

    /// <summary>How long one submit may take by the estimate of a slow device of its kind, in milliseconds; a step that takes longer is cut into several.</summary>
    public double SubmitMilliseconds { get; init; } = 250;

    /// <summary>
    /// Told how many of how many pipelines are made, now and then from the loading thread, where that takes longer than a second: the first
    /// time on a device. Null for nobody.
    /// </summary>
    public Action<int, int>? PipelinesMade { get; init; }

    /// <summary>Ends the loading while pipelines are made; it waits for those that the driver has begun.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The kind of device to estimate for instead of the real one, for tests that cut on a CPU driver.</summary>
    internal DeviceType? EstimatedAs { get; init; }

    /// <summary>Records the plan without its barriers, for tests that must see the validation layer complain.</summary>
    internal bool LeaveOutBarriers { get; init; }
}
