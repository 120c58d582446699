namespace Cim.Vulkan.Device;

/// <summary>One memory heap of a device.</summary>
/// <param name="SizeBytes">Size of the heap.</param>
/// <param name="IsDeviceLocal">True when the heap is the device's own memory.</param>
/// <param name="BudgetBytes">What this process may use by VK_EXT_memory_budget; -1 when the driver does not tell.</param>
/// <param name="UsageBytes">What this process uses already by VK_EXT_memory_budget; -1 when the driver does not tell.</param>
public sealed record MemoryHeap(long SizeBytes, bool IsDeviceLocal, long BudgetBytes, long UsageBytes);
