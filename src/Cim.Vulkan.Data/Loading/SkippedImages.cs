using System;
using System.Collections.Generic;
using System.Threading;

namespace Cim.Vulkan.Data;

/// <summary>Remembers which pictures cannot be decoded, so that each is tried and named once.</summary>
internal sealed class SkippedImages(Action<ImageDecodeException>? report)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, ImageDecodeException> _errors = [];

    public int Count
    {
        get
        {
            lock (_gate) return _errors.Count;
        }
    }

    public bool Contains(int index)
    {
        lock (_gate) return _errors.ContainsKey(index);
    }

    public void Add(int index, ImageDecodeException error)
    {
        lock (_gate)
        {
            if (!_errors.TryAdd(index, error)) return;
        }

        report?.Invoke(error);
    }

    public string FirstReason()
    {
        lock (_gate)
        {
            foreach (var error in _errors.Values) return error.Message;
            return "";
        }
    }
}
