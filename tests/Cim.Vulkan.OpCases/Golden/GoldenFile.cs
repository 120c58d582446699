using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases;

/// <summary>One tensor of a golden file.</summary>
/// <param name="Shape">Axis lengths.</param>
/// <param name="Floats">Values of an F32 tensor; else null.</param>
/// <param name="Integers">Values of an I32 tensor; else null.</param>
public sealed record GoldenTensor(Shape Shape, float[]? Floats, int[]? Integers)
{
    /// <summary>The values, whatever their type, for comparisons.</summary>
    public double[] ToDoubles() => Floats is not null ? Array.ConvertAll(Floats, value => (double)value) : Array.ConvertAll(Integers!, value => (double)value);
}

/// <summary>A golden file: safetensors with F32 and I32 tensors and, in the metadata, the sizes they were made with.</summary>
public sealed class GoldenFile
{
    private const int LargestHeaderBytes = 1 << 20;

    private readonly Dictionary<string, GoldenTensor> _tensors = new();

    private GoldenFile(string name, JsonElement header, ReadOnlySpan<byte> data)
    {
        Name = name;
        foreach (JsonProperty entry in header.EnumerateObject())
            if (entry.Name != "__metadata__") _tensors.Add(entry.Name, Decode(entry, data));
        string config = header.GetProperty("__metadata__").GetProperty("config").GetString()!;
        Config = JsonDocument.Parse(config).RootElement;
        Formula = FormulaValues.Of(Config);
    }

    /// <summary>The file's name without its extension.</summary>
    public string Name { get; }

    /// <summary>Sizes and options as a JSON object.</summary>
    public JsonElement Config { get; }

    /// <summary>Gives the values of parameters and large inputs of a full-size model; null where the file stores them.</summary>
    public FormulaValues? Formula { get; }

    /// <summary>All tensors' names.</summary>
    public IReadOnlyCollection<string> Names => _tensors.Keys;

    /// <summary>A tensor by its name.</summary>
    /// <param name="name">Such as <c>param.norm.weight</c>.</param>
    public GoldenTensor this[string name] => _tensors.TryGetValue(name, out GoldenTensor? tensor)
        ? tensor
        : throw new KeyNotFoundException($"golden file {Name}: there is no tensor {name}");

    /// <summary>Where the golden files lie: next to the program.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "golden");

    /// <summary>Reads a file of <see cref="Folder"/>.</summary>
    /// <param name="name">The file's name without its extension.</param>
    /// <exception cref="InvalidDataException">The file is not a golden file.</exception>
    public static GoldenFile Load(string name) => Parse(name, File.ReadAllBytes(Path.Combine(Folder, $"{name}.safetensors")));

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="name">The file's name without its extension.</param>
    /// <param name="bytes">All bytes.</param>
    /// <exception cref="InvalidDataException">The bytes are no golden file.</exception>
    public static GoldenFile Parse(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8) throw new InvalidDataException($"golden file {name}: too short to be safetensors");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if (length > LargestHeaderBytes || length > (ulong)bytes.Length - 8)
            throw new InvalidDataException($"golden file {name}: a header of {length} bytes cannot be right");
        using JsonDocument header = JsonDocument.Parse(bytes.Slice(8, (int)length).ToArray());
        return new GoldenFile(name, header.RootElement, bytes[(8 + (int)length)..]);
    }

    private GoldenTensor Decode(JsonProperty entry, ReadOnlySpan<byte> data)
    {
        var shape = new Shape(entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32()).ToArray());
        int[] offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] > data.Length || offsets[1] - offsets[0] != shape.Count * 4)
            throw new InvalidDataException($"golden file {Name}: {entry.Name} {shape} does not fit its place in the file");
        ReadOnlySpan<byte> bytes = data[offsets[0]..offsets[1]];
        return entry.Value.GetProperty("dtype").GetString() switch
        {
            "F32" => new GoldenTensor(shape, MemoryMarshal.Cast<byte, float>(bytes).ToArray(), null),
            "I32" => new GoldenTensor(shape, null, MemoryMarshal.Cast<byte, int>(bytes).ToArray()),
            string other => throw new InvalidDataException($"golden file {Name}: {entry.Name} is {other}, expected F32 or I32"),
            null => throw new InvalidDataException($"golden file {Name}: {entry.Name} has no dtype"),
        };
    }
}
