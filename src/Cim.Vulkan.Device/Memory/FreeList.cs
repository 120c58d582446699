using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Device;

/// <summary>First-fit allocation of ranges inside one block; neighbours that become free are joined. Knows no Vulkan.</summary>
internal sealed class FreeList
{
    // Free ranges by offset, never touching each other.
    private readonly List<(long Offset, long Size)> _free = new();

    public FreeList(long sizeBytes)
    {
        if (sizeBytes <= 0) throw new ArgumentOutOfRangeException(nameof(sizeBytes), sizeBytes, "A block needs a positive size.");
        SizeBytes = sizeBytes;
        FreeBytes = sizeBytes;
        _free.Add((0, sizeBytes));
    }

    public long SizeBytes { get; }

    public long FreeBytes { get; private set; }

    public int FreeRangeCount => _free.Count;

    public bool IsEmpty => FreeBytes == SizeBytes;

    /// <summary>Takes the first range that fits; the bytes skipped for alignment stay free.</summary>
    public bool TryTake(long sizeBytes, long alignment, out long offset)
    {
        for (var i = 0; i < _free.Count; i++)
        {
            var (start, size) = _free[i];
            var aligned = (start + alignment - 1) / alignment * alignment;
            var end = aligned + sizeBytes;
            if (end > start + size) continue;
            _free.RemoveAt(i);
            if (end < start + size) _free.Insert(i, (end, start + size - end));
            if (aligned > start) _free.Insert(i, (start, aligned - start));
            FreeBytes -= sizeBytes;
            offset = aligned;
            return true;
        }
        offset = -1;
        return false;
    }

    /// <summary>Gives a range back that <see cref="TryTake"/> returned.</summary>
    public void Give(long offset, long sizeBytes)
    {
        var at = 0;
        while (at < _free.Count && _free[at].Offset < offset) at++;
        var overlapsBefore = at > 0 && _free[at - 1].Offset + _free[at - 1].Size > offset;
        var overlapsAfter = at < _free.Count && offset + sizeBytes > _free[at].Offset;
        if (overlapsBefore || overlapsAfter || offset < 0 || offset + sizeBytes > SizeBytes)
        {
            throw new InvalidOperationException($"The range at {offset} of {sizeBytes} bytes is not taken.");
        }
        _free.Insert(at, (offset, sizeBytes));
        FreeBytes += sizeBytes;
        Join(at);
        Join(at - 1);
    }

    private void Join(int index)
    {
        if (index < 0 || index + 1 >= _free.Count) return;
        var (offset, size) = _free[index];
        if (offset + size != _free[index + 1].Offset) return;
        _free[index] = (offset, size + _free[index + 1].Size);
        _free.RemoveAt(index + 1);
    }
}
