using System;

namespace Cim.Vulkan.Device;

/// <summary>How a <see cref="GpuDevice"/> is opened.</summary>
public sealed record GpuDeviceOptions
{
    /// <summary>Folder of the pipeline cache; null keeps none.</summary>
    public string? PipelineCacheDirectory { get; init; }

    /// <summary>The longest that <see cref="GpuDevice.Wait(ulong, string)"/> waits.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The part of each heap that may be used, above 0 and at most 1.</summary>
    public double MemoryFraction { get; init; } = 0.9;
}
