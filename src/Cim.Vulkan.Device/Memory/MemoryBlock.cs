using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>One vkAllocateMemory, shared by several buffers or dedicated to one.</summary>
internal sealed class MemoryBlock
{
    public MemoryBlock(DeviceMemory memory, MemoryTypeInfo type, long sizeBytes, IntPtr mapped, bool isDedicated)
    {
        Memory = memory;
        Type = type;
        Mapped = mapped;
        IsDedicated = isDedicated;
        Ranges = new FreeList(sizeBytes);
    }

    public DeviceMemory Memory { get; }

    public MemoryTypeInfo Type { get; }

    /// <summary>Host address of the block's first byte; zero when it is not mapped.</summary>
    public IntPtr Mapped { get; }

    public bool IsDedicated { get; }

    public FreeList Ranges { get; }

    public bool IsCoherent => (Type.Flags & MemoryPropertyFlags.HostCoherentBit) != 0;
}

/// <summary>A range of a block that belongs to one buffer.</summary>
internal readonly record struct MemoryRange(MemoryBlock Block, long OffsetBytes, long SizeBytes);
