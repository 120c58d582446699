using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Reads and checks the JSON header of a safetensors file.</summary>
internal sealed class SafetensorsHeader
{
    public const int LengthFieldBytes = 8;
    public const long MaximumBytes = 100_000_000;
    public const string MetadataKey = "__metadata__";
    private const int MaximumDepth = 4;

    private readonly string _path;
    private readonly long _dataStart;
    private readonly long _dataLength;

    private SafetensorsHeader(string path, long dataStart, long fileLength)
    {
        (_path, _dataStart, _dataLength) = (path, dataStart, fileLength - dataStart);
    }

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public List<SafetensorsEntry> Entries { get; } = [];

    public static SafetensorsHeader Parse(string path, ReadOnlyMemory<byte> json, long fileLength)
    {
        var header = new SafetensorsHeader(path, LengthFieldBytes + json.Length, fileLength);
        if (json.Length == 0 || json.Span[0] != (byte)'{') throw header.Fault("the header does not start with '{'");
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaximumDepth });
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals(MetadataKey)) header.ReadMetadata(property.Value);
                else header.Entries.Add(header.ReadEntry(property));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new SafetensorsException($"'{path}' is not a valid safetensors file: the header is not the JSON it must be: {OneLine(error.Message)}", error);
        }

        header.CheckLayout();
        header.Entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        return header;
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) throw Fault("the metadata is not an object");
        foreach (JsonProperty property in value.EnumerateObject())
            Metadata[property.Name] = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : throw Fault($"the metadata '{property.Name}' is not a string");
    }

    private SafetensorsEntry ReadEntry(JsonProperty property)
    {
        string name = property.Name;
        if (property.Value.ValueKind != JsonValueKind.Object) throw Fault($"tensor '{name}' is not described by an object");
        foreach (JsonProperty field in property.Value.EnumerateObject())
            if (field.Name is not ("dtype" or "shape" or "data_offsets")) throw Fault($"tensor '{name}' has an unknown field '{field.Name}'");
        JsonElement typeElement = Field(property, "dtype", JsonValueKind.String);
        SafetensorsType type = SafetensorsTypes.Parse(typeElement.GetString()) ?? throw Fault($"tensor '{name}' has the unknown type '{typeElement.GetString()}'");
        int[] shape = [.. Field(property, "shape", JsonValueKind.Array).EnumerateArray().Select(extent => Extent(name, extent))];
        JsonElement[] offsets = [.. Field(property, "data_offsets", JsonValueKind.Array).EnumerateArray()];
        if (offsets.Length != 2 || !TryLong(offsets[0], out long begin) || !TryLong(offsets[1], out long end)) throw Fault($"tensor '{name}' needs two whole numbers as data_offsets");
        if (begin < 0 || end < begin || end > _dataLength) throw Fault($"tensor '{name}' lies at {begin} to {end}, outside the file's {_dataLength} bytes of data");
        var entry = new SafetensorsEntry(name, type, shape, _dataStart + begin, end - begin);
        long expected = SizeBytes(name, shape, type);
        if (entry.LengthBytes != expected) throw Fault($"tensor '{name}' of type {type.FileName()} and shape {entry.ShapeText} needs {expected} bytes, has {entry.LengthBytes}");
        return entry;
    }

    private JsonElement Field(JsonProperty tensor, string field, JsonValueKind kind) =>
        tensor.Value.TryGetProperty(field, out JsonElement value) && value.ValueKind == kind ? value : throw Fault($"tensor '{tensor.Name}' has no {field}, or not of the right kind");

    private int Extent(string name, JsonElement extent) =>
        extent.ValueKind == JsonValueKind.Number && extent.TryGetInt32(out int value) && value >= 0 ? value : throw Fault($"tensor '{name}' has the extent {extent.GetRawText()}, not a whole number from 0 to {int.MaxValue}");

    private static bool TryLong(JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }

    private long SizeBytes(string name, int[] shape, SafetensorsType type)
    {
        long size = type.SizeBytes();
        try
        {
            foreach (int extent in shape) size = checked(size * extent);
        }
        catch (OverflowException)
        {
            throw Fault($"tensor '{name}' has a shape too large for any file");
        }

        return size;
    }

    /// <summary>All data belongs to exactly one tensor: hidden bytes and shared bytes are both refused.</summary>
    private void CheckLayout()
    {
        long next = _dataStart;
        foreach (SafetensorsEntry entry in Entries.OrderBy(e => e.OffsetBytes).ThenBy(e => e.LengthBytes))
        {
            if (entry.OffsetBytes < next) throw Fault($"tensor '{entry.Name}' overlaps the one before it");
            if (entry.OffsetBytes > next) throw Fault($"{entry.OffsetBytes - next} bytes before tensor '{entry.Name}' belong to no tensor");
            next += entry.LengthBytes;
        }

        long end = _dataStart + _dataLength;
        if (next != end) throw Fault($"the last {end - next} bytes belong to no tensor");
    }

    private SafetensorsException Fault(string what) => new($"'{_path}' is not a valid safetensors file: {what}");

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
