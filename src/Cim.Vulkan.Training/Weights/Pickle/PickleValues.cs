namespace Cim.Vulkan.Training;

// What a pickle is made of, as data. None is null; bool, long, BigInteger, double and string stand for themselves.

/// <summary>A tuple.</summary>
internal sealed class PickleTuple(object?[] items)
{
    public static PickleTuple Empty { get; } = new([]);

    public object?[] Items { get; } = items;
}

/// <summary>A list or a set.</summary>
internal sealed class PickleList(MemoryBudget budget) : ChargedList(budget);

/// <summary>A dictionary: keys and values in turn, in the file's order; a later value of the same key is not looked for.</summary>
internal sealed class PickleDict(MemoryBudget budget) : ChargedList(budget)
{
    /// <summary>Pairs of key and value.</summary>
    public int Pairs => Count / 2;

    public object? Key(int index) => this[2 * index];

    public object? Value(int index) => this[(2 * index) + 1];

    /// <summary>The last value under a key of text, or null.</summary>
    public object? Find(string key)
    {
        for (int i = Pairs - 1; i >= 0; i--)
            if (Key(i) is string text && text == key) return Value(i);
        return null;
    }
}

/// <summary>Bytes, left where they are.</summary>
internal sealed class PickleBytes(ByteRegion region)
{
    public ByteRegion Region { get; } = region;
}

/// <summary>An object of a class that is known by name only: never made, its state kept as data.</summary>
internal sealed class PickleObject(PickleGlobal type)
{
    public PickleGlobal Type { get; } = type;

    public object? State { get; set; }
}
