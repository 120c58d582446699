using System;
using Silk.NET.Vulkan;
using VkBuffer = Silk.NET.Vulkan.Buffer;

namespace Cim.Vulkan.Device;

/// <summary>A buffer of bytes; Upload and Readback buffers stay mapped for the host.</summary>
public sealed unsafe class GpuBuffer : DeviceObject
{
    private readonly MemoryRange _range;

    private GpuBuffer(GpuDevice device, long sizeBytes, MemoryDomain domain, string label, VkBuffer handle, MemoryRange range)
        : base(device, label)
    {
        _range = range;
        Handle = handle;
        SizeBytes = sizeBytes;
        Domain = domain;
        if (device.Capabilities.Features.BufferDeviceAddress) DeviceAddress = device.Api.BufferAddress(device.Handle, handle);
    }

    /// <summary>Size in bytes.</summary>
    public long SizeBytes { get; }

    /// <summary>What its memory is for.</summary>
    public MemoryDomain Domain { get; }

    /// <summary>Its address for shaders; 0 when the device has no buffer addresses.</summary>
    public ulong DeviceAddress { get; }

    /// <summary>True when the host can reach it.</summary>
    public bool IsMapped => Domain != MemoryDomain.Device && _range.Block.Mapped != IntPtr.Zero;

    /// <summary>Host address of its first byte.</summary>
    /// <exception cref="InvalidOperationException">It is a Device buffer.</exception>
    public IntPtr MappedPointer
    {
        get
        {
            ThrowIfDisposed();
            if (!IsMapped) throw new InvalidOperationException($"Buffer \"{Label}\" lies in device memory and is not mapped; copy through an Upload or Readback buffer.");
            return new IntPtr(_range.Block.Mapped.ToInt64() + _range.OffsetBytes);
        }
    }

    /// <summary>The mapped bytes; call <see cref="Flush"/> after writing and <see cref="Invalidate"/> before reading.</summary>
    /// <exception cref="InvalidOperationException">It is a Device buffer, or larger than a span.</exception>
    public Span<byte> Mapped => SizeBytes <= int.MaxValue
        ? new Span<byte>((void*)MappedPointer, (int)SizeBytes)
        : throw new InvalidOperationException($"Buffer \"{Label}\" is larger than a span can be: use MappedPointer.");

    /// <summary>The whole buffer as a range.</summary>
    public BufferRange Whole => new(this, 0, SizeBytes);

    internal VkBuffer Handle { get; }

    /// <summary>A part of the buffer as a range.</summary>
    public BufferRange Range(long offsetBytes, long sizeBytes) => new(this, offsetBytes, sizeBytes);

    /// <summary>Makes the host's writes visible to the device; free of cost on coherent memory.</summary>
    public void Flush()
    {
        if (_range.Block.IsCoherent) return;
        ThrowIfDisposed();
        Device.Api.Flush(Device.Handle, MappedRange());
    }

    /// <summary>Makes the device's writes visible to the host, after waiting for them; free of cost on coherent memory.</summary>
    public void Invalidate()
    {
        if (_range.Block.IsCoherent) return;
        ThrowIfDisposed();
        Device.Api.Invalidate(Device.Handle, MappedRange());
    }

    internal static GpuBuffer Create(GpuDevice device, long sizeBytes, MemoryDomain domain, string label)
    {
        if (sizeBytes <= 0) throw new ArgumentOutOfRangeException(nameof(sizeBytes), sizeBytes, $"Buffer \"{label}\" needs a positive size.");
        var limit = device.Capabilities.Limits.MaxBufferSizeBytes;
        if (sizeBytes > limit - 3)
        {
            throw new DeviceMemoryException($"Buffer \"{label}\" needs {ByteText.Of(sizeBytes)}, {device.Capabilities.Name} allows buffers of {ByteText.Of(limit)}: split it.");
        }
        var usage = BufferUsageFlags.StorageBufferBit | BufferUsageFlags.TransferSrcBit | BufferUsageFlags.TransferDstBit;
        if (device.Capabilities.Features.BufferDeviceAddress) usage |= BufferUsageFlags.ShaderDeviceAddressBit;
        var info = new BufferCreateInfo
        {
            SType = StructureType.BufferCreateInfo,
            // Fills work on whole words.
            Size = (ulong)(sizeBytes + 3) & ~3UL,
            Usage = usage,
            SharingMode = SharingMode.Exclusive,
        };
        var handle = device.Api.CreateBuffer(device.Handle, info);
        MemoryRange? range = null;
        try
        {
            range = device.Memory.Allocate(device.Api.BufferRequirements(device.Handle, handle), domain, handle, label);
            device.Api.BindBuffer(device.Handle, handle, range.Value.Block.Memory, (ulong)range.Value.OffsetBytes);
            device.Debug.Name(ObjectType.Buffer, handle.Handle, label);
            return new GpuBuffer(device, sizeBytes, domain, label, handle, range.Value);
        }
        catch
        {
            device.Api.DestroyBuffer(device.Handle, handle);
            if (range is not null) device.Memory.Free(range.Value);
            throw;
        }
    }

    internal override void DestroyHandles()
    {
        Device.Api.DestroyBuffer(Device.Handle, Handle);
        Device.Memory.Free(_range);
    }

    // The allocator gives such ranges whole atoms, so neighbours are not touched.
    private MappedMemoryRange MappedRange() => new()
    {
        SType = StructureType.MappedMemoryRange,
        Memory = _range.Block.Memory,
        Offset = (ulong)_range.OffsetBytes,
        Size = (ulong)_range.SizeBytes,
    };
}
