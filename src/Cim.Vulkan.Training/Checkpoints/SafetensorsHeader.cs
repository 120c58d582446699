using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>
/// Reads and checks the JSON header of a safetensors file, word by word: nothing is built from what has not been checked, so that the memory
/// taken follows from the header's own length, whatever it claims.
/// </summary>
internal sealed class SafetensorsHeader
{
    public const int LengthFieldBytes = 8;
    public const long MaximumBytes = 100_000_000;
    public const string MetadataKey = "__metadata__";
    private const int MaximumDepth = 3, MaximumRank = 32;

    private readonly string _path;
    private readonly long _dataStart;
    private readonly long _dataLength;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private SafetensorsHeader(string path, long dataStart, long fileLength)
    {
        (_path, _dataStart, _dataLength) = (path, dataStart, fileLength - dataStart);
    }

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public List<SafetensorsEntry> Entries { get; } = [];

    /// <summary>The header's length, which fits the file.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="field">The file's first <see cref="LengthFieldBytes"/> bytes.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <exception cref="SafetensorsException">The header would be too long for the file or at all.</exception>
    public static int ReadLength(string path, ReadOnlySpan<byte> field, long fileLength)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(field);
        if (length > (ulong)MaximumBytes) throw new SafetensorsException($"'{path}' is not a valid safetensors file: a header of {length} bytes is over the limit of {MaximumBytes}");
        if (length > (ulong)(fileLength - LengthFieldBytes)) throw new SafetensorsException($"'{path}' is not a valid safetensors file: the header of {length} bytes does not fit the file of {fileLength}");
        return (int)length;
    }

    /// <summary>Reads a header.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="json">The header without its length.</param>
    /// <param name="fileLength">Bytes of the whole file.</param>
    /// <exception cref="SafetensorsException">The header breaks a rule; the message is one line of bounded length.</exception>
    public static SafetensorsHeader Parse(string path, ReadOnlySpan<byte> json, long fileLength)
    {
        var header = new SafetensorsHeader(path, LengthFieldBytes + json.Length, fileLength);
        if (json.Length == 0 || json[0] != (byte)'{') throw header.Fault("the header does not start with '{'");
        try
        {
            // One level more than allowed, for an own message instead of the reader's.
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth + 1 });
            header.ReadAll(ref reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or DecoderFallbackException)
        {
            // The reader throws InvalidOperationException for strings that are no UTF-8 and for halves of surrogate pairs.
            throw header.Fault($"the header is not the JSON it must be: {error.Message}", error);
        }

        header.CheckLayout();
        header.Entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return header;
    }

    private void ReadAll(ref Utf8JsonReader reader)
    {
        reader.Read();
        while (NextProperty(ref reader) is { } name)
        {
            if (!_names.Add(name)) throw Fault($"'{name}' is there twice");
            if (name == MetadataKey) ReadMetadata(ref reader);
            else Entries.Add(ReadEntry(name, ref reader));
        }

        // Also what follows the outermost object, apart from white space, is an error of the reader.
        reader.Read();
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Fault("the metadata is not an object");
        while (NextProperty(ref reader) is { } key)
        {
            if (reader.TokenType != JsonTokenType.String) throw Fault($"the metadata '{key}' is not a string");
            if (!Metadata.TryAdd(key, reader.GetString()!)) throw Fault($"the metadata '{key}' is there twice");
        }
    }

    private SafetensorsEntry ReadEntry(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Fault($"tensor '{name}' is not described by an object");
        SafetensorsType? type = null;
        int[]? shape = null;
        (long Begin, long End)? offsets = null;
        while (NextProperty(ref reader) is { } field)
        {
            bool isFirst = field switch { "dtype" => type is null, "shape" => shape is null, "data_offsets" => offsets is null, _ => throw Fault($"tensor '{name}' has an unknown field '{field}'") };
            if (!isFirst) throw Fault($"tensor '{name}' has its {field} twice");
            if (field == "dtype") type = ReadType(name, ref reader);
            else if (field == "shape") shape = ReadShape(name, ref reader);
            else offsets = ReadOffsets(name, ref reader);
        }

        if (type is null || shape is null || offsets is null) throw Fault($"tensor '{name}' has no {(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        var entry = new SafetensorsEntry(name, type.Value, shape, _dataStart + offsets.Value.Begin, offsets.Value.End - offsets.Value.Begin);
        long expected = SizeBytes(entry);
        if (entry.LengthBytes != expected) throw Fault($"tensor '{name}' of type {type.Value.FileName()} and shape {entry.ShapeText} needs {expected} bytes, has {entry.LengthBytes}");
        return entry;
    }

    private SafetensorsType ReadType(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) throw Fault($"tensor '{name}' has a dtype that is not a string");
        string text = reader.GetString()!;
        return SafetensorsTypes.Parse(text) ?? throw Fault($"tensor '{name}' has the unknown type '{text}'");
    }

    private int[] ReadShape(string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Fault($"tensor '{name}' has a shape that is not a list");
        Span<int> extents = stackalloc int[MaximumRank];
        int rank = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int extent) || extent < 0)
                throw Fault($"tensor '{name}' has the extent {Raw(in reader)}, not a whole number from 0 to {int.MaxValue}");
            if (rank == MaximumRank) throw Fault($"tensor '{name}' has more than {MaximumRank} extents");
            extents[rank++] = extent;
        }

        return extents[..rank].ToArray();
    }

    private (long Begin, long End) ReadOffsets(string name, ref Utf8JsonReader reader)
    {
        Span<long> offsets = stackalloc long[2];
        int count = 0;
        bool areWhole = reader.TokenType == JsonTokenType.StartArray;
        while (areWhole && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            areWhole = count < offsets.Length && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out offsets[count++]);
        if (!areWhole || count != offsets.Length) throw Fault($"tensor '{name}' needs two whole numbers as data_offsets");
        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin < 0 || end < begin) throw Fault($"tensor '{name}' lies at {begin} to {end}, which is no place");
        if (end > _dataLength) throw Fault($"it is cut short or damaged: tensor '{name}' lies at {begin} to {end}, outside the file's {_dataLength} bytes of data");
        return (begin, end);
    }

    /// <summary>Moves to the next property's value; null at the object's end.</summary>
    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject) return null;
        string name = reader.GetString()!;
        reader.Read();
        return name;
    }

    private long SizeBytes(SafetensorsEntry entry)
    {
        // An extent of 0 makes the tensor empty, however large the others are.
        if (entry.Shape.Contains(0)) return 0;
        long size = entry.Type.SizeBytes();
        try
        {
            foreach (int extent in entry.Shape) size = checked(size * extent);
        }
        catch (OverflowException error)
        {
            throw Fault($"tensor '{entry.Name}' has a shape too large for any file", error);
        }

        return size;
    }

    /// <summary>All data belongs to exactly one tensor: hidden bytes and shared bytes are both refused.</summary>
    private void CheckLayout()
    {
        long next = _dataStart;
        Entries.Sort((a, b) => (a.OffsetBytes, a.LengthBytes).CompareTo((b.OffsetBytes, b.LengthBytes)));
        foreach (SafetensorsEntry entry in Entries)
        {
            if (entry.OffsetBytes < next) throw Fault($"tensor '{entry.Name}' overlaps the one before it");
            if (entry.OffsetBytes > next) throw Fault($"{entry.OffsetBytes - next} bytes before tensor '{entry.Name}' belong to no tensor");
            next += entry.LengthBytes;
        }

        long end = _dataStart + _dataLength;
        if (next != end) throw Fault($"the last {end - next} bytes belong to no tensor");
    }

    private static string Raw(in Utf8JsonReader reader) => reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? "of lists or objects" : Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 40)]);

    private SafetensorsException Fault(string what, Exception? inner = null) =>
        new($"'{_path}' is not a valid safetensors file: {WeightsException.OneLine(what)}", inner);
}
