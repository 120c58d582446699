using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>The pipelines of a device by value, over a VkPipelineCache that is kept on disk.</summary>
internal sealed class PipelineStore
{
    private readonly GpuDevice _device;
    private readonly PipelineCacheFile? _file;
    private readonly PipelineCache _cache;
    private readonly ConcurrentDictionary<PipelineKey, Lazy<ComputePipeline>> _pipelines = new();
    private int _created;
    private long _createdTicks;

    public PipelineStore(GpuDevice device, string? directory)
    {
        _device = device;
        if (directory is not null) _file = new PipelineCacheFile(directory, device.Capabilities);
        _cache = device.Api.CreatePipelineCache(device.Handle, _file is null ? Array.Empty<byte>() : _file.Read());
    }

    /// <summary>Pipelines made so far, and the sum of the time that each took; with several threads that is more than passed.</summary>
    public (int Count, TimeSpan Time) Made => (Volatile.Read(ref _created), TimeSpan.FromSeconds(Interlocked.Read(ref _createdTicks) / (double)Stopwatch.Frequency));

    public ComputePipeline Get(in PipelineDescription description)
    {
        var copy = description;
        var key = new PipelineKey(description);
        var entry = _pipelines.GetOrAdd(key, _ => new Lazy<ComputePipeline>(() => Create(copy), LazyThreadSafetyMode.ExecutionAndPublication));
        try
        {
            return entry.Value;
        }
        catch
        {
            // A failure is not remembered: the next caller tries again.
            _pipelines.TryRemove(key, out _);
            throw;
        }
    }

    public void Save()
    {
        if (_file is null || _created == 0) return;
        _file.Write(_device.Api.PipelineCacheData(_device.Handle, _cache));
    }

    public void Destroy(bool save)
    {
        try
        {
            if (save) Save();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or VulkanException)
        {
            // The cache saves time only; Dispose must go on.
            LeakReport.Raise($"Pipeline cache \"{_file?.Path}\" could not be written ({e.Message}); it");
        }
        foreach (var entry in _pipelines.Values.Where(p => p.IsValueCreated)) entry.Value.Destroy();
        _pipelines.Clear();
        _device.Api.DestroyPipelineCache(_device.Handle, _cache);
    }

    private ComputePipeline Create(in PipelineDescription description)
    {
        var start = Stopwatch.GetTimestamp();
        var pipeline = ComputePipeline.Create(_device, description, _cache);
        Interlocked.Add(ref _createdTicks, Stopwatch.GetTimestamp() - start);
        Interlocked.Increment(ref _created);
        return pipeline;
    }
}
