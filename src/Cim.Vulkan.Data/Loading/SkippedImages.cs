using System;
using System.Collections.Generic;
using System.Threading;

namespace Cim.Vulkan.Data;

/// <summary>Remembers which pictures cannot be decoded, so that each is tried and named once.</summary>
internal sealed class SkippedImages(Action<ImageDecodeException>? report)
{
    private readonly Lock _gate = new();
    private readonly HashSet<int> _indices = [];
    private string _firstReason = "";

    public int Count
    {
        get
        {
            lock (_gate) return _indices.Count;
        }
    }

    public string FirstReason
    {
        get
        {
            lock (_gate) return _firstReason;
        }
    }

    public bool Contains(int index)
    {
        lock (_gate) return _indices.Contains(index);
    }

    public void Add(int index, ImageDecodeException error)
    {
        lock (_gate)
        {
            if (!_indices.Add(index)) return;
            if (_indices.Count == 1) _firstReason = error.Message;
        }

        report?.Invoke(error);
    }
}
