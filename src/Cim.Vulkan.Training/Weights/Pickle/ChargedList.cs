using System;

namespace Cim.Vulkan.Training;

/// <summary>A list that pays for its growth before it grows.</summary>
internal class ChargedList(MemoryBudget budget)
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

    /// <summary>Adds all of a piece, with room for no more where the list was empty: most pieces come alone.</summary>
    public void AddRange(ReadOnlySpan<object?> items)
    {
        if (Count == 0 && items.Length > _items.Length) Grow(items.Length);
        foreach (object? item in items) Add(item);
    }

    public object? Pop()
    {
        object? item = _items[--Count];
        _items[Count] = null;
        return item;
    }

    public void Truncate(int count)
    {
        Array.Clear(_items, count, Count - count);
        Count = count;
    }

    private void Grow(long capacity)
    {
        budget.Charge(MemoryBudget.ArrayBytes + (capacity * IntPtr.Size));
        Array.Resize(ref _items, checked((int)Math.Min(capacity, Array.MaxLength)));
    }
}
