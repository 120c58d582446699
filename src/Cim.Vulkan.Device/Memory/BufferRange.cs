using System;

namespace Cim.Vulkan.Device;

/// <summary>A range of a buffer, in bytes.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="OffsetBytes">First byte of the range.</param>
/// <param name="SizeBytes">Length of the range.</param>
public readonly record struct BufferRange(GpuBuffer Buffer, long OffsetBytes, long SizeBytes)
{
    /// <summary>Throws when the range is empty, reaches outside its buffer, or belongs to another device or a disposed buffer.</summary>
    internal void Check(GpuDevice device, string role)
    {
        if (Buffer is null) throw new ArgumentException($"{role}: the range has no buffer.");
        if (Buffer.IsDisposed) throw new ObjectDisposedException(nameof(GpuBuffer), $"{role}: buffer \"{Buffer.Label}\" is disposed.");
        if (Buffer.Device != device) throw new ArgumentException($"{role}: buffer \"{Buffer.Label}\" belongs to another device.");
        if (OffsetBytes < 0 || SizeBytes <= 0 || OffsetBytes > Buffer.SizeBytes - SizeBytes)
        {
            throw new ArgumentException($"{role}: bytes {OffsetBytes}..{OffsetBytes + SizeBytes} are not inside buffer \"{Buffer.Label}\" of {Buffer.SizeBytes} bytes.");
        }
    }
}
