using System.Linq;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Reads heaps, budgets and memory types.</summary>
internal static unsafe class MemoryQuery
{
    public static MemoryHeap[] Heaps(VulkanApi api, PhysicalDevice physical, bool hasBudget)
    {
        var budget = new PhysicalDeviceMemoryBudgetPropertiesEXT { SType = StructureType.PhysicalDeviceMemoryBudgetPropertiesExt };
        var properties = new PhysicalDeviceMemoryProperties2 { SType = StructureType.PhysicalDeviceMemoryProperties2, PNext = hasBudget ? &budget : null };
        api.MemoryProperties2(physical, &properties);
        var heaps = new MemoryHeap[properties.MemoryProperties.MemoryHeapCount];
        for (var i = 0; i < heaps.Length; i++)
        {
            var heap = properties.MemoryProperties.MemoryHeaps[i];
            heaps[i] = new MemoryHeap((long)heap.Size, (heap.Flags & MemoryHeapFlags.DeviceLocalBit) != 0,
                hasBudget ? (long)budget.HeapBudget[i] : -1, hasBudget ? (long)budget.HeapUsage[i] : -1);
        }
        return heaps;
    }

    /// <summary>The free bytes of one heap by its budget, -1 when the driver does not tell; allocates nothing managed.</summary>
    public static long BudgetLeft(VulkanApi api, PhysicalDevice physical, int heap)
    {
        var budget = new PhysicalDeviceMemoryBudgetPropertiesEXT { SType = StructureType.PhysicalDeviceMemoryBudgetPropertiesExt };
        var properties = new PhysicalDeviceMemoryProperties2 { SType = StructureType.PhysicalDeviceMemoryProperties2, PNext = &budget };
        api.MemoryProperties2(physical, &properties);
        var left = (long)budget.HeapBudget[heap] - (long)budget.HeapUsage[heap];
        return left > 0 ? left : 0;
    }

    public static MemoryTypeInfo[] Types(VulkanApi api, PhysicalDevice physical)
    {
        var properties = new PhysicalDeviceMemoryProperties2 { SType = StructureType.PhysicalDeviceMemoryProperties2 };
        api.MemoryProperties2(physical, &properties);
        var types = new MemoryTypeInfo[properties.MemoryProperties.MemoryTypeCount];
        for (var i = 0; i < types.Length; i++)
        {
            var type = properties.MemoryProperties.MemoryTypes[i];
            types[i] = new MemoryTypeInfo(i, (int)type.HeapIndex, type.PropertyFlags);
        }
        return types;
    }

    /// <summary>True when every device-local heap can be mapped by the host.</summary>
    public static bool IsUnified(VulkanApi api, PhysicalDevice physical)
    {
        const MemoryPropertyFlags both = MemoryPropertyFlags.DeviceLocalBit | MemoryPropertyFlags.HostVisibleBit;
        var types = Types(api, physical);
        var local = types.Where(t => (t.Flags & MemoryPropertyFlags.DeviceLocalBit) != 0).Select(t => t.Heap).Distinct();
        return local.All(heap => types.Any(t => t.Heap == heap && (t.Flags & both) == both));
    }
}

/// <summary>One memory type of a device.</summary>
internal readonly record struct MemoryTypeInfo(int Index, int Heap, MemoryPropertyFlags Flags);
