using System;

namespace Cim.Vulkan.Device;

/// <summary>Something that belongs to a <see cref="GpuDevice"/>; released by Dispose, or with the device at the latest.</summary>
public abstract class DeviceObject : IDisposable
{
    private readonly DeviceChildren _siblings;
    private bool _disposed;

    private protected DeviceObject(GpuDevice device, string label)
    {
        Device = device;
        Label = label;
        _siblings = device.Children;
        Registration = _siblings.Add(this);
    }

    /// <summary>Reports the leak; the handles are released with the device.</summary>
    ~DeviceObject()
    {
        if (_disposed) return;
        LeakReport.Raise($"{GetType().Name} \"{Label}\"");
        _siblings.Orphan(this);
    }

    /// <summary>The device it belongs to.</summary>
    public GpuDevice Device { get; }

    /// <summary>Its name in messages and captures.</summary>
    public string Label { get; }

    /// <summary>True after Dispose, or after the device was disposed.</summary>
    public bool IsDisposed => _disposed;

    internal long Registration { get; }

    /// <summary>Releases it, as soon as the device has finished the work submitted so far; a second call does nothing.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_disposed) return;
        _disposed = true;
        Device.Retire(this);
    }

    /// <summary>Destroys the Vulkan handles; called once, when the device no longer uses them.</summary>
    internal abstract void DestroyHandles();

    internal void DestroyWithDevice()
    {
        _disposed = true;
        DestroyHandles();
    }

    private protected void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(GetType().Name, $"{GetType().Name} \"{Label}\" is disposed.");
    }
}
