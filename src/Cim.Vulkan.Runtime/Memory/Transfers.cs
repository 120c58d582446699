using System;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Runtime;

/// <summary>Copies between host memory and device buffers, waiting for each: for loading, saving and looking, never within a step.</summary>
internal sealed class Transfers : IDisposable
{
    private const int ChunkBytes = 16 << 20;

    private readonly GpuDevice _device;
    private GpuBuffer? _upload;
    private GpuBuffer? _readback;

    public Transfers(GpuDevice device) => _device = device;

    public void Write(BufferRange target, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != target.SizeBytes) throw new ArgumentException($"upload: {target.SizeBytes} bytes expected, got {bytes.Length}", nameof(bytes));
        _upload = EnsureSize(_upload, bytes.Length, MemoryDomain.Upload, "upload staging");
        for (int start = 0; start < bytes.Length; start += ChunkBytes)
        {
            int size = Math.Min(ChunkBytes, bytes.Length - start);
            bytes.Slice(start, size).CopyTo(_upload.Mapped);
            _upload.Flush();
            Run("upload", recorder => recorder.CopyBuffer(_upload.Range(0, size), target.Buffer.Range(target.OffsetBytes + start, size)));
        }
    }

    public void Read(BufferRange source, Span<byte> bytes)
    {
        if (bytes.Length != source.SizeBytes) throw new ArgumentException($"readback: {source.SizeBytes} bytes expected, got {bytes.Length}", nameof(bytes));
        _readback = EnsureSize(_readback, bytes.Length, MemoryDomain.Readback, "readback staging");
        for (int start = 0; start < bytes.Length; start += ChunkBytes)
        {
            int size = Math.Min(ChunkBytes, bytes.Length - start);
            Run("readback", recorder => recorder.CopyBuffer(source.Buffer.Range(source.OffsetBytes + start, size), _readback.Range(0, size)));
            _readback.Invalidate();
            _readback.Mapped.Slice(0, size).CopyTo(bytes.Slice(start, size));
        }
    }

    public void Zero(GpuBuffer buffer) => Run($"zero {buffer.Label}", recorder => recorder.FillBuffer(buffer.Whole, 0));

    public void Dispose()
    {
        _upload?.Dispose();
        _readback?.Dispose();
    }

    private void Run(string what, Action<CommandRecorder> record)
    {
        using CommandRecorder recorder = _device.CreateRecorder(what);
        recorder.MemoryBarrier(BarrierKind.Device);
        record(recorder);
        recorder.MemoryBarrier(BarrierKind.Device | BarrierKind.TransferToHost);
        using RecordedCommands commands = recorder.Finish();
        _device.Wait(_device.Submit(commands), what);
    }

    private GpuBuffer EnsureSize(GpuBuffer? buffer, int sizeBytes, MemoryDomain domain, string label)
    {
        int wanted = Math.Min(ChunkBytes, Math.Max(sizeBytes, 1 << 16));
        if (buffer is not null && buffer.SizeBytes >= wanted) return buffer;
        buffer?.Dispose();
        return _device.CreateBuffer(wanted, domain, label);
    }
}
