using System;

namespace Cim.Vulkan.Training;

/// <summary>A list that pays for its growth before it grows.</summary>
internal sealed class ChargedList(MemoryBudget budget)
{
    private const int FirstCapacity = 4;
    private object?[] _items = [];

    public int Count { get; private set; }

    public object? this[int index]
    {
        get => _items[index];
        set => _items[index] = value;
    }

    public ReadOnlySpan<object?> Items => _items.AsSpan(0, Count);

    public void Add(object? item)
    {
        if (Count == _items.Length) Grow(Math.Max(FirstCapacity, 2L * Count));
        _items[Count++] = item;
    }

    public object? Pop()
    {
        object? item = _items[--Count];
        _items[Count] = null;
        return item;
    }

    /// <summary>The list becomes at least so long, filled up with null.</summary>
    public void Extend(long count)
    {
        if (count > _items.Length) Grow(Math.Max(count, 2L * _items.Length));
        Count = (int)Math.Max(Count, count);
    }

    public void Truncate(int count)
    {
        Array.Clear(_items, count, Count - count);
        Count = count;
    }

    private void Grow(long capacity)
    {
        budget.Charge(MemoryBudget.ObjectBytes + (capacity * IntPtr.Size));
        Array.Resize(ref _items, checked((int)Math.Min(capacity, Array.MaxLength)));
    }
}
