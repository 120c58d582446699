using System;
using System.Collections.Generic;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

/// <summary>An open device: one compute queue, its memory, its pipelines and its timeline.</summary>
public sealed partial class GpuDevice : IDisposable
{
    private readonly VulkanInstance _instance;
    private readonly DeviceHandles _handles;
    private readonly GpuDeviceOptions _options;
    private readonly DeviceMemoryAllocator _memory;
    private readonly PipelineStore _pipelines;
    private readonly object _disposeLock = new();
    private bool _disposed;

    private GpuDevice(VulkanInstance instance, VulkanApi api, DeviceHandles handles, DeviceCapabilities capabilities, GpuDeviceOptions options)
    {
        _instance = instance;
        _handles = handles;
        _options = options;
        Api = api;
        Capabilities = capabilities;
        Debug = new DebugNames(instance, api, handles.Device);
        _memory = new DeviceMemoryAllocator(api, handles.Device, handles.Physical, capabilities, options.MemoryFraction);
        _timeline = api.CreateTimeline(handles.Device);
        _pipelines = new PipelineStore(this, options.PipelineCacheDirectory);
        api.LastLaunches = LastLaunches;
        instance.Attach(this);
    }

    /// <summary>Reports that the device was not disposed.</summary>
    ~GpuDevice() => LeakReport.Raise($"GpuDevice \"{Capabilities?.Name}\"");

    /// <summary>What the device can do.</summary>
    public DeviceCapabilities Capabilities { get; }

    /// <summary>True after Dispose.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Bytes taken from the driver for all buffers, and the part of them in use.</summary>
    public (long AllocatedBytes, long UsedBytes) MemoryTotals => _memory.Totals();

    internal VulkanApi Api { get; }

    internal VkDevice Handle => _handles.Device;

    internal uint QueueFamily => _handles.QueueFamily;

    internal DeviceChildren Children { get; } = new();

    internal DeviceMemoryAllocator Memory => _memory;

    internal DebugNames Debug { get; }

    /// <summary>Opens a device with the features that it has.</summary>
    /// <exception cref="VulkanUnavailableException">The device has no Vulkan 1.2, timeline semaphores or compute queue.</exception>
    public static GpuDevice Open(VulkanInstance instance, DeviceDescription description, GpuDeviceOptions? options = null)
    {
        if (instance is null) throw new ArgumentNullException(nameof(instance));
        if (description is null) throw new ArgumentNullException(nameof(description));
        options ??= new GpuDeviceOptions();
        if (!(options.MemoryFraction > 0 && options.MemoryFraction <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MemoryFraction, "MemoryFraction must be above 0 and at most 1.");
        }
        instance.ThrowIfDisposed();
        var handles = DeviceFactory.Create(instance, description);
        var api = instance.Api.ForDevice(instance.Handle, handles.Device);
        return new GpuDevice(instance, api, handles, description.Capabilities, options);
    }

    /// <summary>Bytes that buffers of a domain can still get.</summary>
    public long FreeBytes(MemoryDomain domain)
    {
        ThrowIfDisposed();
        return _memory.FreeBytes(domain);
    }

    /// <summary>Creates a buffer for storage and transfers; its contents are undefined.</summary>
    /// <exception cref="DeviceMemoryException">It needs more than the device has free.</exception>
    public GpuBuffer CreateBuffer(long sizeBytes, MemoryDomain domain, string label)
    {
        ThrowIfDisposed();
        return GpuBuffer.Create(this, sizeBytes, domain, label);
    }

    /// <summary>Returns the pipeline of a description, made once for equal descriptions; several threads may call.</summary>
    public ComputePipeline GetPipeline(in PipelineDescription description)
    {
        ThrowIfDisposed();
        return _pipelines.Get(description);
    }

    /// <summary>Compiles a pipeline only to read what the driver's compiler tells of it; nothing is kept and no cache is asked.</summary>
    /// <exception cref="VulkanException">The device has no VK_KHR_pipeline_executable_properties, or the compiler refuses.</exception>
    public IReadOnlyList<PipelineExecutable> InspectPipeline(in PipelineDescription description)
    {
        ThrowIfDisposed();
        return PipelineInspection.Run(this, description);
    }

    /// <summary>Pipelines made so far, and the sum of the time that each took; a driver that finds one in its cache takes little.</summary>
    public (int Count, TimeSpan Time) PipelinesMade => _pipelines.Made;

    /// <summary>Writes the pipeline cache to its folder, if it has one; also done by Dispose.</summary>
    public void SavePipelineCache()
    {
        ThrowIfDisposed();
        _pipelines.Save();
    }

    /// <summary>Starts the recording of a command buffer.</summary>
    public CommandRecorder CreateRecorder(string label)
    {
        ThrowIfDisposed();
        return new CommandRecorder(this, label);
    }

    /// <summary>Creates a pool of timestamps.</summary>
    /// <exception cref="VulkanException">The compute queue has no timestamps.</exception>
    public TimestampPool CreateTimestampPool(int count, string label = "timestamps")
    {
        ThrowIfDisposed();
        return TimestampPool.Create(this, count, label);
    }

    /// <summary>Waits for the device, destroys what still belongs to it, and closes it; a second call does nothing.</summary>
    public void Dispose()
    {
        lock (_disposeLock)
        {
            if (_disposed) return;
            _disposed = true;
        }
        GC.SuppressFinalize(this);
        var alive = Api.TryWaitIdle(Handle);
        foreach (var child in Children.TakeAll()) child.DestroyWithDevice();
        _pipelines.Destroy(save: alive);
        _memory.ReleaseAll();
        Api.DestroySemaphore(Handle, _timeline);
        if (_handles.IsOwned) Api.DestroyDevice(Handle);
        _instance.Detach(this);
        Api.Dispose();
    }

    internal void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(nameof(GpuDevice), $"The device {Capabilities.Name} is disposed.");
    }

    /// <summary>Destroys a child now, or when the work submitted so far is finished.</summary>
    internal void Retire(DeviceObject child)
    {
        lock (_disposeLock)
        {
            if (_disposed || !Children.Remove(child)) return;
            Children.Retire(child, LastSubmittedValue);
            CollectRetired();
        }
    }
}
