using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>A device as <see cref="VulkanInstance.EnumerateDevices"/> lists it.</summary>
/// <param name="Index">Place in the sorted list, from 0.</param>
/// <param name="Capabilities">What is known about it.</param>
public sealed record DeviceDescription(int Index, DeviceCapabilities Capabilities)
{
    internal PhysicalDevice Physical { get; init; }

    /// <summary>Index, name and UUID in one line.</summary>
    public override string ToString() => $"{Index}: {Capabilities.Name} ({Capabilities.Uuid})";
}
