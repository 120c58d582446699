using System;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>What a pickle of weights may name, as data: storages, tensors, arrays, dictionaries, and objects without behaviour.</summary>
/// <param name="name">The file, for messages.</param>
/// <param name="budget">Is charged for what is made.</param>
/// <param name="storages">Finds the data of a storage by key and length in bytes; null where the form has none.</param>
/// <param name="nested">Reads a whole saved storage out of bytes; null where that is not allowed.</param>
internal sealed class TorchWorld(string name, MemoryBudget budget, Func<string, long, TorchData>? storages, Func<ByteRegion, object?>? nested) : IPickleWorld
{
    private const int MostRank = 32;

    public string Name => name;

    public object? Persistent(object? id)
    {
        if (id is not PickleTuple { Items: [string kind, PickleGlobal type, ..] items }) throw Fault("a persistent id is of no known form");
        // Old files pack a class's source code beside its name.
        if (kind == "module") return type;
        if (kind != "storage" || type.Kind != GlobalKind.Storage || storages is null) throw Fault($"a persistent id asks for a '{kind}', which is not there");
        if (items is not [_, _, string key, _, long count, ..] || count < 0) throw Fault("a storage has no key and length");
        SafetensorsType? element = type is { Type: null, Unsupported: null } ? null : type.RequireType(name);
        int size = element?.SizeBytes() ?? 1;
        if (count > long.MaxValue / 16) throw Fault("a storage is longer than any file");
        budget.Charge(2 * MemoryBudget.ObjectBytes);
        TorchData data = storages(key, count * size);
        (long offset, long length) = items is [_, _, _, _, _, PickleTuple view] ? View(view, count) : (0, count);
        return new TorchStorage(element, data, offset * size, length * size);
    }

    public object? Call(PickleGlobal function, object?[] arguments)
    {
        budget.Charge(MemoryBudget.ListBytes);
        return function.Kind switch
        {
            GlobalKind.Dict => DictOf(arguments, 0),
            GlobalKind.DefaultDict => DictOf(arguments, 1),
            GlobalKind.List => ListOf(arguments),
            GlobalKind.Tuple => arguments is [PickleTuple tuple] ? tuple : new PickleTuple(arguments is [PickleList list] ? Copy(list.Items) : arguments),
            GlobalKind.EncodeText => arguments is [string text, ..] ? new PickleBytes(InMemory(text)) : throw Fault("a text is missing that bytes are made of"),
            GlobalKind.Reconstruct => arguments is [PickleGlobal { Kind: not GlobalKind.Reconstruct } type, ..] ? Call(type, []) : throw Fault("the class of an object is missing"),
            GlobalKind.Tensor => TensorOf(function, arguments),
            GlobalKind.Parameter => arguments is [TorchTensor tensor, ..] ? tensor : throw Fault("a parameter has no tensor"),
            GlobalKind.TensorSubclass => arguments is [PickleGlobal { Kind: GlobalKind.Tensor or GlobalKind.Parameter } make, _, PickleTuple parts, ..] ? Call(make, parts.Items) : throw Fault("a tensor of an unknown class"),
            GlobalKind.StorageFromBytes => arguments is [PickleBytes bytes] && nested is not null ? nested(bytes.Region) : throw Fault("a storage within a storage"),
            GlobalKind.NumpyArray => new NumpyArray(),
            GlobalKind.NumpyBuffer => NumpyArray.OfBuffer(this, arguments),
            GlobalKind.NumpyType => arguments is [string code, ..] ? new NumpyType(code) : throw Fault("a NumPy type has no name"),
            GlobalKind.Unsupported => function.RequireType(name),
            GlobalKind.Storage or GlobalKind.ElementType => throw Fault($"{function.Module}.{function.Name} is called, which is no function"),
            _ => new PickleObject(function),
        };
    }

    public void Build(object? target, object? state)
    {
        switch (target)
        {
            case PickleObject made: made.State = state; break;
            case NumpyArray array: array.Build(this, state); break;
            case NumpyType type: type.IsBigEndian = state is PickleTuple { Items: [_, ">", ..] }; break;
            // Notes beside a state dict, and what a parameter carries along.
            case PickleDict or PickleList or TorchTensor or TorchStorage: break;
            default: throw Fault("a state is given to what has none");
        }
    }

    /// <summary>The bytes of a value that stands for bytes, or null.</summary>
    public ByteRegion? BytesOf(object? value) => value switch { PickleBytes bytes => bytes.Region, string text => InMemory(text), _ => null };

    /// <summary>A shape.</summary>
    public int[] Extents(PickleTuple shape)
    {
        if (shape.Items.Length > MostRank) throw Fault($"a tensor has {shape.Items.Length} dimensions, the most are {MostRank}");
        budget.Charge(MemoryBudget.TextBytes + (4L * shape.Items.Length));
        var extents = new int[shape.Items.Length];
        for (int i = 0; i < extents.Length; i++) extents[i] = shape.Items[i] is long and >= 0 and <= int.MaxValue ? (int)(long)shape.Items[i]! : throw Fault("a tensor's size is no size");
        return extents;
    }

    public WeightsException Fault(string what) => new($"'{name}' is not a valid file of weights: {WeightsException.OneLine(what)}; fetch or copy it again");

    private (long Offset, long Length) View(PickleTuple view, long count)
    {
        if (view.Items is not [_, long offset, long length] || offset < 0 || length < 0 || offset > count || length > count - offset) throw Fault("a part of a storage lies outside of it");
        return (offset, length);
    }

    private TorchTensor TensorOf(PickleGlobal function, object?[] arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, PickleTuple shape, PickleTuple strides, ..]) throw Fault("a tensor has no storage, offset, size and strides");
        SafetensorsType? type = storage.Type;
        if (function.Name == "_rebuild_tensor_v3") type = arguments is [_, _, _, _, _, _, PickleGlobal { Kind: GlobalKind.ElementType } said, ..] ? said.RequireType(name) : throw Fault("a tensor has no element type");
        int[] extents = Extents(shape);
        if (strides.Items.Length != extents.Length) throw Fault("a tensor has another number of strides than of sizes");
        budget.Charge(MemoryBudget.ObjectBytes + (8L * extents.Length));
        var steps = new long[extents.Length];
        for (int i = 0; i < steps.Length; i++) steps[i] = strides.Items[i] as long? ?? throw Fault("a tensor's stride is no number");
        return TorchTensor.Create(name, storage, type ?? throw Fault("a tensor has no element type"), offset, extents, steps);
    }

    private PickleDict DictOf(object?[] arguments, int first)
    {
        var dict = new PickleDict(budget);
        if (arguments.Length <= first) return dict;
        if (arguments[first] is PickleDict given) dict.AddRange(given.Items);
        else if (arguments[first] is PickleList pairs) foreach (object? pair in pairs.Items) AddPair(dict, pair);
        else throw Fault("a dictionary is made of what has no keys");
        return dict;
    }

    private void AddPair(PickleDict dict, object? pair)
    {
        if (pair is PickleTuple { Items: [_, _] items }) dict.AddRange(items);
        else if (pair is PickleList { Count: 2 } two) dict.AddRange(two.Items);
        else throw Fault("a dictionary is made of what are no pairs");
    }

    private PickleList ListOf(object?[] arguments)
    {
        var list = new PickleList(budget);
        ReadOnlySpan<object?> items = arguments is [PickleTuple tuple, ..] ? tuple.Items : arguments is [PickleList given, ..] ? given.Items : [];
        list.AddRange(items);
        return list;
    }

    private object?[] Copy(ReadOnlySpan<object?> items)
    {
        budget.Charge(MemoryBudget.ObjectBytes + (8L * items.Length));
        return items.ToArray();
    }

    private ByteRegion InMemory(string text)
    {
        budget.Charge((4 * MemoryBudget.ObjectBytes) + text.Length);
        return new ByteRegion(new MemoryBytes(name, Encoding.Latin1.GetBytes(text)), 0, text.Length);
    }
}
