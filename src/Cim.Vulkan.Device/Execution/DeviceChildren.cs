using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Device;

/// <summary>The living objects of a device, weakly held so that a leak is seen, and the retired ones that the GPU may still use.</summary>
internal sealed class DeviceChildren
{
    private readonly object _lock = new();
    private readonly Dictionary<long, WeakReference<DeviceObject>> _living = new();
    private readonly List<DeviceObject> _orphans = new();
    private readonly Queue<(DeviceObject Child, ulong Value)> _retired = new();
    private long _next;

    public long Add(DeviceObject child)
    {
        lock (_lock)
        {
            // Resurrection is tracked: a leaked child still has handles that the device destroys.
            _living.Add(++_next, new WeakReference<DeviceObject>(child, trackResurrection: true));
            return _next;
        }
    }

    /// <summary>Keeps a child that was collected without Dispose until the device closes. Called by finalizers.</summary>
    public void Orphan(DeviceObject child)
    {
        lock (_lock) _orphans.Add(child);
    }

    /// <summary>Removes a child from the living; false when the device has destroyed it already.</summary>
    public bool Remove(DeviceObject child)
    {
        lock (_lock) return _living.Remove(child.Registration);
    }

    public void Retire(DeviceObject child, ulong untilValue)
    {
        lock (_lock) _retired.Enqueue((child, untilValue));
    }

    /// <summary>Takes one retired child whose work is finished; null when there is none.</summary>
    public DeviceObject? NextFinished(ulong completedValue)
    {
        lock (_lock)
        {
            if (_retired.Count == 0 || _retired.Peek().Value > completedValue) return null;
            return _retired.Dequeue().Child;
        }
    }

    /// <summary>Everything that still has handles; afterwards the device has no children.</summary>
    public List<DeviceObject> TakeAll()
    {
        lock (_lock)
        {
            var all = new List<DeviceObject>();
            while (_retired.Count > 0) all.Add(_retired.Dequeue().Child);
            foreach (var reference in _living.Values)
            {
                if (reference.TryGetTarget(out var child)) all.Add(child);
            }
            _living.Clear();
            _orphans.Clear();
            return all;
        }
    }
}
