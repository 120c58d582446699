using System;
using Silk.NET.Vulkan;
using VkBuffer = Silk.NET.Vulkan.Buffer;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

internal sealed unsafe partial class VulkanApi
{
    public VkBuffer CreateBuffer(VkDevice device, in BufferCreateInfo info)
    {
        VkBuffer buffer = default;
        fixed (BufferCreateInfo* p = &info)
        {
            Check(Injected("vkCreateBuffer") ?? _vk.CreateBuffer(device, p, null, &buffer), "vkCreateBuffer");
        }
        return buffer;
    }

    public void DestroyBuffer(VkDevice device, VkBuffer buffer) => _vk.DestroyBuffer(device, buffer, null);

    public MemoryRequirements BufferRequirements(VkDevice device, VkBuffer buffer)
    {
        MemoryRequirements requirements;
        _vk.GetBufferMemoryRequirements(device, buffer, &requirements);
        return requirements;
    }

    /// <summary>Allocates memory; false when the driver has none left, which the caller turns into a sentence with sizes.</summary>
    public bool TryAllocateMemory(VkDevice device, in MemoryAllocateInfo info, out DeviceMemory memory)
    {
        DeviceMemory allocated = default;
        fixed (MemoryAllocateInfo* p = &info)
        {
            var result = Injected("vkAllocateMemory") ?? _vk.AllocateMemory(device, p, null, &allocated);
            memory = allocated;
            if (result is Result.ErrorOutOfDeviceMemory or Result.ErrorOutOfHostMemory) return false;
            Check(result, "vkAllocateMemory");
            return true;
        }
    }

    public void FreeMemory(VkDevice device, DeviceMemory memory) => _vk.FreeMemory(device, memory, null);

    public IntPtr MapMemory(VkDevice device, DeviceMemory memory)
    {
        void* pointer = null;
        Check(Injected("vkMapMemory") ?? _vk.MapMemory(device, memory, 0, Vk.WholeSize, 0, &pointer), "vkMapMemory");
        return (IntPtr)pointer;
    }

    public void BindBuffer(VkDevice device, VkBuffer buffer, DeviceMemory memory, ulong offset) =>
        Check(Injected("vkBindBufferMemory") ?? _vk.BindBufferMemory(device, buffer, memory, offset), "vkBindBufferMemory");

    public ulong BufferAddress(VkDevice device, VkBuffer buffer)
    {
        var info = new BufferDeviceAddressInfo { SType = StructureType.BufferDeviceAddressInfo, Buffer = buffer };
        return _vk.GetBufferDeviceAddress(device, &info);
    }

    public void Flush(VkDevice device, MappedMemoryRange range) =>
        Check(Injected("vkFlushMappedMemoryRanges") ?? _vk.FlushMappedMemoryRanges(device, 1, &range), "vkFlushMappedMemoryRanges");

    public void Invalidate(VkDevice device, MappedMemoryRange range) =>
        Check(Injected("vkInvalidateMappedMemoryRanges") ?? _vk.InvalidateMappedMemoryRanges(device, 1, &range), "vkInvalidateMappedMemoryRanges");

    public QueryPool CreateTimestampPool(VkDevice device, uint count)
    {
        var info = new QueryPoolCreateInfo { SType = StructureType.QueryPoolCreateInfo, QueryType = QueryType.Timestamp, QueryCount = count };
        QueryPool pool = default;
        Check(Injected("vkCreateQueryPool") ?? _vk.CreateQueryPool(device, &info, null, &pool), "vkCreateQueryPool");
        return pool;
    }

    public void DestroyQueryPool(VkDevice device, QueryPool pool) => _vk.DestroyQueryPool(device, pool, null);

    /// <summary>Reads timestamps as raw ticks; false while the device has not written them all.</summary>
    public bool TryReadTimestamps(VkDevice device, QueryPool pool, uint first, Span<ulong> ticks)
    {
        fixed (ulong* p = ticks)
        {
            var result = Injected("vkGetQueryPoolResults") ?? _vk.GetQueryPoolResults(
                device, pool, first, (uint)ticks.Length, (nuint)(ticks.Length * sizeof(ulong)), p, sizeof(ulong), QueryResultFlags.Result64Bit);
            Check(result, "vkGetQueryPoolResults");
            return result == Result.Success;
        }
    }

    /// <summary>Gives an object a name that validation messages and captures show.</summary>
    public void SetObjectName(VkDevice device, delegate* unmanaged[Cdecl]<VkDevice, DebugUtilsObjectNameInfoEXT*, Result> function,
        ObjectType type, ulong handle, string name)
    {
        var text = Silk.NET.Core.Native.SilkMarshal.StringToPtr(name);
        var info = new DebugUtilsObjectNameInfoEXT
        {
            SType = StructureType.DebugUtilsObjectNameInfoExt,
            ObjectType = type,
            ObjectHandle = handle,
            PObjectName = (byte*)text,
        };
        var result = Injected("vkSetDebugUtilsObjectNameEXT") ?? function(device, &info);
        Silk.NET.Core.Native.SilkMarshal.Free(text);
        Check(result, "vkSetDebugUtilsObjectNameEXT");
    }
}
