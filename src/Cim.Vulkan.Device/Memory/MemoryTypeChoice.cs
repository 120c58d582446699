using System.Collections.Generic;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Chooses the memory type for a domain.</summary>
internal static class MemoryTypeChoice
{
    private const MemoryPropertyFlags Local = MemoryPropertyFlags.DeviceLocalBit;
    private const MemoryPropertyFlags Visible = MemoryPropertyFlags.HostVisibleBit;
    private const MemoryPropertyFlags Coherent = MemoryPropertyFlags.HostCoherentBit;
    private const MemoryPropertyFlags Cached = MemoryPropertyFlags.HostCachedBit;
    private const MemoryPropertyFlags Never = MemoryPropertyFlags.LazilyAllocatedBit | MemoryPropertyFlags.ProtectedBit
        | MemoryPropertyFlags.DeviceCoherentBitAmd | MemoryPropertyFlags.DeviceUncachedBitAmd;

    /// <summary>The first type with the best score among those that <paramref name="allowedBits"/> admits.</summary>
    public static MemoryTypeInfo Best(IReadOnlyList<MemoryTypeInfo> types, MemoryDomain domain, uint allowedBits)
    {
        var best = -1;
        var bestScore = -1;
        for (var i = 0; i < types.Count; i++)
        {
            if ((allowedBits >> types[i].Index & 1) == 0) continue;
            var score = Score(types[i].Flags, domain);
            if (score <= bestScore) continue;
            best = i;
            bestScore = score;
        }
        return best >= 0 ? types[best] : throw new VulkanException($"The device has no memory type for {domain} buffers.");
    }

    /// <summary>-1 for a type that does not serve; else higher is better.</summary>
    private static int Score(MemoryPropertyFlags flags, MemoryDomain domain)
    {
        if ((flags & Never) != 0) return -1;
        bool Has(MemoryPropertyFlags flag) => (flags & flag) != 0;
        switch (domain)
        {
            case MemoryDomain.Device:
                // Plain device memory before the small host-visible window of a discrete GPU.
                return (Has(Local) ? 4 : 0) + (Has(Visible) ? 0 : 1);
            case MemoryDomain.Upload:
                return Has(Visible) ? (Has(Coherent) ? 4 : 0) + (Has(Local) ? 0 : 2) + (Has(Cached) ? 0 : 1) : -1;
            default:
                return Has(Visible) ? (Has(Cached) ? 4 : 0) + (Has(Coherent) ? 2 : 0) + (Has(Local) ? 0 : 1) : -1;
        }
    }
}
