using System;
using System.Collections.Generic;
using System.Linq;
using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

/// <summary>Hands out ranges of large memory blocks, and says what is free before the driver has to refuse.</summary>
internal sealed unsafe class DeviceMemoryAllocator
{
    private const long MinBlockBytes = 64L << 20;
    private const long MaxBlockBytes = 256L << 20;

    private readonly VulkanApi _api;
    private readonly VkDevice _device;
    private readonly PhysicalDevice _physical;
    private readonly DeviceCapabilities _capabilities;
    private readonly double _fraction;
    private readonly MemoryTypeInfo[] _types;
    private readonly List<MemoryBlock> _blocks = new();
    private readonly long[] _allocatedByHeap;

    public DeviceMemoryAllocator(VulkanApi api, VkDevice device, PhysicalDevice physical, DeviceCapabilities capabilities, double fraction)
    {
        _api = api;
        _device = device;
        _physical = physical;
        _capabilities = capabilities;
        _fraction = fraction;
        _types = MemoryQuery.Types(api, physical);
        _allocatedByHeap = new long[capabilities.Heaps.Count];
    }

    /// <summary>Bytes taken from the driver, and the part of them that buffers use.</summary>
    public (long Allocated, long Used) Totals()
    {
        lock (_blocks) return (_allocatedByHeap.Sum(), _blocks.Sum(b => b.Ranges.SizeBytes - b.Ranges.FreeBytes));
    }

    /// <summary>Bytes that buffers of a domain can still get: what the driver would give, and what is free inside our blocks.</summary>
    public long FreeBytes(MemoryDomain domain)
    {
        var type = MemoryTypeChoice.Best(_types, domain, uint.MaxValue);
        lock (_blocks) return HeapFree(type.Heap) + _blocks.Where(b => b.Type.Index == type.Index).Sum(b => b.Ranges.FreeBytes);
    }

    public MemoryRange Allocate(MemoryRequirements requirements, MemoryDomain domain, Silk.NET.Vulkan.Buffer buffer, string label)
    {
        var type = MemoryTypeChoice.Best(_types, domain, requirements.MemoryTypeBits);
        var size = (long)requirements.Size;
        var alignment = (long)requirements.Alignment;
        if (domain != MemoryDomain.Device && (type.Flags & MemoryPropertyFlags.HostCoherentBit) == 0)
        {
            // Flushes of neighbours must not share an atom.
            alignment = Math.Max(alignment, _capabilities.Limits.NonCoherentAtomSizeBytes);
            size = (size + alignment - 1) / alignment * alignment;
        }
        lock (_blocks)
        {
            var blockBytes = BlockBytes(type.Heap);
            if (size <= blockBytes / 2)
            {
                if (TryTakeShared(type, size, alignment, out var range)) return range;
                var shared = TryCreateBlock(type, blockBytes, default);
                if (shared is not null) return Take(shared, size, alignment);
            }
            return Take(TryCreateBlock(type, size, buffer) ?? throw OutOfMemory(size, type.Heap, label), size, alignment);
        }
    }

    public void Free(in MemoryRange range)
    {
        lock (_blocks)
        {
            var block = range.Block;
            block.Ranges.Give(range.OffsetBytes, range.SizeBytes);
            if (!block.Ranges.IsEmpty) return;
            // One empty shared block of a type is kept: the next buffer would ask for it again.
            if (!block.IsDedicated && !_blocks.Any(b => b != block && b.Type.Index == block.Type.Index && !b.IsDedicated && b.Ranges.IsEmpty)) return;
            _blocks.Remove(block);
            Release(block);
        }
    }

    public void ReleaseAll()
    {
        lock (_blocks)
        {
            foreach (var block in _blocks) Release(block);
            _blocks.Clear();
        }
    }

    private bool TryTakeShared(MemoryTypeInfo type, long size, long alignment, out MemoryRange range)
    {
        foreach (var block in _blocks)
        {
            if (block.Type.Index != type.Index || block.IsDedicated || !block.Ranges.TryTake(size, alignment, out var offset)) continue;
            range = new MemoryRange(block, offset, size);
            return true;
        }
        range = default;
        return false;
    }

    private static MemoryRange Take(MemoryBlock block, long size, long alignment) =>
        block.Ranges.TryTake(size, alignment, out var offset)
            ? new MemoryRange(block, offset, size)
            : throw new InvalidOperationException("A new memory block does not fit the buffer it was made for.");

    /// <summary>Null when the heap has not that much left.</summary>
    private MemoryBlock? TryCreateBlock(MemoryTypeInfo type, long size, Silk.NET.Vulkan.Buffer dedicatedTo)
    {
        if (size > HeapFree(type.Heap) || size > _capabilities.Limits.MaxMemoryAllocationSizeBytes) return null;
        var isDedicated = dedicatedTo.Handle != 0;
        var dedicated = new MemoryDedicatedAllocateInfo { SType = StructureType.MemoryDedicatedAllocateInfo, Buffer = dedicatedTo };
        var flags = new MemoryAllocateFlagsInfo { SType = StructureType.MemoryAllocateFlagsInfo, Flags = MemoryAllocateFlags.DeviceAddressBit };
        void* next = isDedicated ? &dedicated : null;
        if (_capabilities.Features.BufferDeviceAddress)
        {
            flags.PNext = next;
            next = &flags;
        }
        var info = new MemoryAllocateInfo { SType = StructureType.MemoryAllocateInfo, PNext = next, AllocationSize = (ulong)size, MemoryTypeIndex = (uint)type.Index };
        if (!_api.TryAllocateMemory(_device, info, out var memory)) return null;
        var mapped = IntPtr.Zero;
        try
        {
            // Where all memory is the host's, buffers of every domain share the block.
            if ((type.Flags & MemoryPropertyFlags.HostVisibleBit) != 0) mapped = _api.MapMemory(_device, memory);
        }
        catch
        {
            _api.FreeMemory(_device, memory);
            throw;
        }
        var block = new MemoryBlock(memory, type, size, mapped, isDedicated);
        _allocatedByHeap[type.Heap] += size;
        _blocks.Add(block);
        return block;
    }

    private void Release(MemoryBlock block)
    {
        _allocatedByHeap[block.Type.Heap] -= block.Ranges.SizeBytes;
        _api.FreeMemory(_device, block.Memory);
    }

    private long BlockBytes(int heap) => Math.Clamp(_capabilities.Heaps[heap].SizeBytes / 16, MinBlockBytes, MaxBlockBytes);

    private long HeapFree(int heap)
    {
        var free = (long)(_capabilities.Heaps[heap].SizeBytes * _fraction) - _allocatedByHeap[heap];
        if (_capabilities.Features.MemoryBudget) free = Math.Min(free, MemoryQuery.BudgetLeft(_api, _physical, heap));
        return Math.Max(0, free);
    }

    private DeviceMemoryException OutOfMemory(long size, int heap, string label) =>
        size > _capabilities.Limits.MaxMemoryAllocationSizeBytes
            ? new DeviceMemoryException($"Buffer \"{label}\" needs {ByteText.Of(size)}, {_capabilities.Name} allows {ByteText.Of(_capabilities.Limits.MaxMemoryAllocationSizeBytes)} in one piece: make it smaller or split it.")
            : new DeviceMemoryException($"Buffer \"{label}\" needs {ByteText.Of(size)}, {_capabilities.Name} has {ByteText.Of(HeapFree(heap))} free: use a smaller batch or close other programs on the device.");
}
