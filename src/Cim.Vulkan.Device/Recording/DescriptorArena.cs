using System;
using System.Collections.Generic;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Descriptor sets of one recording, out of pools that grow and are freed together.</summary>
internal sealed class DescriptorArena
{
    private const int FirstPoolSets = 16;
    private const int MaxPoolSets = 1024;
    private const int BuffersPerSet = 6;

    private readonly GpuDevice _device;
    private readonly List<DescriptorPool> _pools = new();
    private int _nextPoolSets = FirstPoolSets;
    private int _setsLeft;
    private int _buffersLeft;

    public DescriptorArena(GpuDevice device) => _device = device;

    public DescriptorSet Allocate(ComputePipeline pipeline)
    {
        var buffers = pipeline.StorageBufferCount;
        if (_setsLeft == 0 || _buffersLeft < buffers) Grow(buffers);
        _setsLeft--;
        _buffersLeft -= buffers;
        return _device.Api.AllocateSet(_device.Handle, _pools[_pools.Count - 1], pipeline.SetLayout);
    }

    public void Destroy()
    {
        foreach (var pool in _pools) _device.Api.DestroyDescriptorPool(_device.Handle, pool);
        _pools.Clear();
    }

    private void Grow(int buffers)
    {
        _setsLeft = _nextPoolSets;
        _buffersLeft = Math.Max(buffers, _nextPoolSets * BuffersPerSet);
        _pools.Add(_device.Api.CreateDescriptorPool(_device.Handle, (uint)_setsLeft, (uint)_buffersLeft));
        _nextPoolSets = Math.Min(MaxPoolSets, _nextPoolSets * 2);
    }
}
