using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

/// <summary>The Vulkan handles a <see cref="GpuDevice"/> works on; an engine that embeds us has made them itself and shares its queue's lock.</summary>
internal sealed class DeviceHandles
{
    public required PhysicalDevice Physical { get; init; }

    public required VkDevice Device { get; init; }

    public required Queue Queue { get; init; }

    public required uint QueueFamily { get; init; }

    /// <summary>Held around every use of the queue.</summary>
    public required object QueueLock { get; init; }

    /// <summary>True when the VkDevice is destroyed with the GpuDevice.</summary>
    public required bool IsOwned { get; init; }
}
