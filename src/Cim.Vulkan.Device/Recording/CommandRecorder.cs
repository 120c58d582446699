using System;
using System.Collections.Generic;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Records one command buffer; made by <see cref="GpuDevice.CreateRecorder"/>, ended by <see cref="Finish"/>. Not thread-safe; several recorders may work side by side.</summary>
public sealed unsafe partial class CommandRecorder : IDisposable
{
    private readonly GpuDevice _device;
    private readonly string _label;
    private readonly CommandPool _pool;
    private readonly CommandBuffer _commands;
    private readonly DescriptorArena _descriptors;
    private readonly List<string> _launches = new();
    private readonly HashSet<TimestampPool> _resetPools = new();
    private ComputePipeline? _bound;
    private int _openLabels;
    private bool _ended;

    internal CommandRecorder(GpuDevice device, string label)
    {
        _device = device;
        _label = label;
        _descriptors = new DescriptorArena(device);
        _pool = device.Api.CreateCommandPool(device.Handle, device.QueueFamily);
        try
        {
            _commands = device.Api.AllocateCommandBuffer(device.Handle, _pool);
            device.Debug.Name(ObjectType.CommandBuffer, (ulong)_commands.Handle, label);
            device.Api.Begin(_commands);
        }
        catch
        {
            device.Api.DestroyCommandPool(device.Handle, _pool);
            throw;
        }
    }

    /// <summary>Orders earlier work before later work, and makes its writes visible.</summary>
    public void MemoryBarrier(BarrierKind kind)
    {
        ThrowIfEnded();
        if (kind == BarrierKind.None) return;
        var scopes = BarrierScopes.Of(kind);
        var barrier = new MemoryBarrier { SType = StructureType.MemoryBarrier, SrcAccessMask = scopes.Written, DstAccessMask = scopes.Used };
        _device.Api.Barrier(_commands, scopes.From, scopes.To, barrier);
    }

    /// <summary>Copies bytes between buffers; both ranges have the same size and must not overlap.</summary>
    public void CopyBuffer(BufferRange source, BufferRange destination)
    {
        ThrowIfEnded();
        source.Check(_device, $"{_label}: copy source");
        destination.Check(_device, $"{_label}: copy destination");
        if (source.SizeBytes != destination.SizeBytes) throw new ArgumentException($"{_label}: a copy of {source.SizeBytes} bytes into {destination.SizeBytes}.");
        if (source.Buffer == destination.Buffer && Math.Abs(source.OffsetBytes - destination.OffsetBytes) < source.SizeBytes)
        {
            throw new ArgumentException($"{_label}: a copy inside buffer \"{source.Buffer.Label}\" overlaps itself.");
        }
        var region = new BufferCopy { SrcOffset = (ulong)source.OffsetBytes, DstOffset = (ulong)destination.OffsetBytes, Size = (ulong)source.SizeBytes };
        _device.Api.CopyBuffer(_commands, source.Buffer.Handle, destination.Buffer.Handle, region);
    }

    /// <summary>Fills a range with a 32-bit value; offset and size are multiples of 4.</summary>
    public void FillBuffer(BufferRange range, uint value)
    {
        ThrowIfEnded();
        range.Check(_device, $"{_label}: fill");
        if (range.OffsetBytes % 4 != 0 || range.SizeBytes % 4 != 0)
        {
            throw new ArgumentException($"{_label}: a fill works on multiples of 4 bytes, got offset {range.OffsetBytes} and size {range.SizeBytes}.");
        }
        _device.Api.FillBuffer(_commands, range.Buffer.Handle, (ulong)range.OffsetBytes, (ulong)range.SizeBytes, value);
    }

    /// <summary>Clears a pool's timestamps; must come before the first <see cref="WriteTimestamp"/> into it.</summary>
    public void ResetTimestamps(TimestampPool pool)
    {
        ThrowIfEnded();
        if (pool is null) throw new ArgumentNullException(nameof(pool));
        _device.Api.ResetQueries(_commands, pool.Handle, (uint)pool.Count);
        _resetPools.Add(pool);
    }

    /// <summary>States that commands submitted just before these clear a pool's timestamps, so that a pool can span several recordings.</summary>
    public void AssumeTimestampsReset(TimestampPool pool)
    {
        ThrowIfEnded();
        _resetPools.Add(pool ?? throw new ArgumentNullException(nameof(pool)));
    }

    /// <summary>Writes the device's time when all earlier commands have finished.</summary>
    public void WriteTimestamp(TimestampPool pool, int index)
    {
        ThrowIfEnded();
        if (pool is null) throw new ArgumentNullException(nameof(pool));
        if (!_resetPools.Contains(pool)) throw new InvalidOperationException($"{_label}: call ResetTimestamps(\"{pool.Label}\") before WriteTimestamp.");
        if (index < 0 || index >= pool.Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"Pool \"{pool.Label}\" has {pool.Count} timestamps.");
        _device.Api.WriteTimestamp(_commands, pool.Handle, (uint)index);
    }

    /// <summary>Opens a label around the following commands, for captures.</summary>
    public void BeginLabel(string label)
    {
        ThrowIfEnded();
        _openLabels++;
        _device.Debug.Begin(_commands, label);
    }

    /// <summary>Closes the newest open label.</summary>
    public void EndLabel()
    {
        ThrowIfEnded();
        if (_openLabels == 0) throw new InvalidOperationException($"{_label}: EndLabel without BeginLabel.");
        _openLabels--;
        _device.Debug.End(_commands);
    }

    /// <summary>Ends the recording and returns what can be submitted.</summary>
    public RecordedCommands Finish()
    {
        ThrowIfEnded();
        if (_openLabels != 0) throw new InvalidOperationException($"{_label}: {_openLabels} labels are still open.");
        _device.Api.End(_commands);
        _ended = true;
        return new RecordedCommands(_device, _label, _pool, _commands, _descriptors, _launches);
    }

    /// <summary>Throws an unfinished recording away; does nothing after <see cref="Finish"/>.</summary>
    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        if (_device.IsDisposed) return;
        _device.Api.DestroyCommandPool(_device.Handle, _pool);
        _descriptors.Destroy();
    }

    private void ThrowIfEnded()
    {
        if (_ended) throw new InvalidOperationException($"The recording \"{_label}\" has ended.");
        _device.ThrowIfDisposed();
    }
}
