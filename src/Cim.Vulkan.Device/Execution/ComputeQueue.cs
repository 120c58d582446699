using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>The queue family that work is submitted to.</summary>
internal readonly record struct ComputeQueue(int Family, uint TimestampValidBits)
{
    /// <summary>The first family with graphics and compute, which every driver runs at full width; else any with compute; -1 when there is none.</summary>
    public static ComputeQueue Find(VulkanApi api, PhysicalDevice physical)
    {
        var families = api.QueueFamilies(physical);
        var found = -1;
        for (var i = 0; i < families.Length; i++)
        {
            var flags = families[i].QueueFlags;
            if ((flags & QueueFlags.ComputeBit) == 0) continue;
            if (found < 0) found = i;
            if ((flags & QueueFlags.GraphicsBit) == 0) continue;
            found = i;
            break;
        }
        return found < 0 ? new ComputeQueue(-1, 0) : new ComputeQueue(found, families[found].TimestampValidBits);
    }
}
