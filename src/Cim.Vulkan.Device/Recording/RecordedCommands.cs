using System.Collections.Generic;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>A recorded command buffer that can be submitted again and again, but not while it is running.</summary>
public sealed class RecordedCommands : DeviceObject
{
    private const int DescribedLaunches = 6;

    private readonly CommandPool _pool;
    private readonly DescriptorArena _descriptors;
    // Names of the pipelines in order, for the message of a device loss.
    private readonly List<string> _launches;

    internal RecordedCommands(GpuDevice device, string label, CommandPool pool, CommandBuffer handle, DescriptorArena descriptors, List<string> launches)
        : base(device, label)
    {
        _pool = pool;
        _descriptors = descriptors;
        _launches = launches;
        Handle = handle;
    }

    /// <summary>Number of dispatches in it.</summary>
    public int DispatchCount => _launches.Count;

    internal CommandBuffer Handle { get; }

    /// <summary>The timeline value of its newest submission; guarded by the queue's lock.</summary>
    internal ulong RunningUntil { get; set; }

    internal string Describe()
    {
        if (_launches.Count == 0) return Label;
        if (_launches.Count <= DescribedLaunches) return $"{Label} ({string.Join(", ", _launches)})";
        return $"{Label} ({_launches.Count} launches, the last {string.Join(", ", _launches.GetRange(_launches.Count - DescribedLaunches, DescribedLaunches))})";
    }

    internal override void DestroyHandles()
    {
        Device.Api.DestroyCommandPool(Device.Handle, _pool);
        _descriptors.Destroy();
    }
}
