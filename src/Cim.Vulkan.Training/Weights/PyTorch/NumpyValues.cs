using System;

namespace Cim.Vulkan.Training;

/// <summary>A NumPy element type; its byte order comes later than its name.</summary>
internal sealed class NumpyType(string code)
{
    public bool IsBigEndian { get; set; } = code.StartsWith('>');

    /// <summary>The same type here, or null for texts, objects and dates.</summary>
    public SafetensorsType? Type { get; } = code.TrimStart('<', '>', '=', '|') switch
    {
        "f2" => SafetensorsType.F16,
        "f4" => SafetensorsType.F32,
        "f8" => SafetensorsType.F64,
        "i1" => SafetensorsType.I8,
        "i2" => SafetensorsType.I16,
        "i4" => SafetensorsType.I32,
        "i8" => SafetensorsType.I64,
        "u1" => SafetensorsType.U8,
        "u2" => SafetensorsType.U16,
        "u4" => SafetensorsType.U32,
        "u8" => SafetensorsType.U64,
        "b1" => SafetensorsType.Bool,
        _ => null,
    };
}

/// <summary>A NumPy array within a pickle; without a tensor where its elements are no numbers.</summary>
internal sealed class NumpyArray
{
    public TorchTensor? Tensor { get; private set; }

    /// <summary>Takes the state (version, shape, type, whether columns come first, bytes).</summary>
    public void Build(TorchWorld world, object? state)
    {
        if (state is not PickleTuple { Items: [_, PickleTuple shape, NumpyType type, bool columnsFirst, object raw] }) throw world.Fault("a NumPy array has no state of the known form");
        Fill(world, shape, type, columnsFirst, raw);
    }

    /// <summary>An array out of (bytes, type, shape, order).</summary>
    public static NumpyArray OfBuffer(TorchWorld world, object?[] arguments)
    {
        if (arguments is not [object raw, NumpyType type, PickleTuple shape, string order]) throw world.Fault("a NumPy array has no bytes, type, shape and order");
        var array = new NumpyArray();
        array.Fill(world, shape, type, order == "F", raw);
        return array;
    }

    private void Fill(TorchWorld world, PickleTuple shape, NumpyType type, bool columnsFirst, object raw)
    {
        if (type.Type is not { } elements || world.BytesOf(raw) is not { } bytes) return;
        if (type.IsBigEndian && elements.SizeBytes() > 1) throw new WeightsException($"'{world.Name}' has a NumPy array with the highest byte first: save it with .astype('<f4')");
        int[] extents = world.Extents(shape);
        var strides = new long[extents.Length];
        long next = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            int axis = columnsFirst ? i : extents.Length - 1 - i;
            strides[axis] = next;
            // An array too large for its bytes is refused below, whatever the product.
            next = Math.Min(long.MaxValue / int.MaxValue / 2, next) * Math.Max(1, extents[axis]);
        }

        var data = new TorchData("array", bytes.LengthBytes) { Region = bytes };
        Tensor = TorchTensor.Create(world.Name, new TorchStorage(elements, data, 0, bytes.LengthBytes), elements, 0, extents, strides);
    }
}
