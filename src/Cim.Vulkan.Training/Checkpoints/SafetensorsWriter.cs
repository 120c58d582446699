using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Writes safetensors files: tensors and metadata in the order of their names, so that equal content is equal bytes.</summary>
public static class SafetensorsWriter
{
    private const int HeaderAlignmentBytes = 8, MostBytesPerWrite = 1 << 24;

    /// <summary>Writes a file whole or not at all (<see cref="AtomicFiles"/>).</summary>
    /// <exception cref="System.IO.IOException">The file could not be written.</exception>
    /// <exception cref="ArgumentException">A name is given twice or is reserved, or a tensor's bytes do not match its shape.</exception>
    public static void WriteFile(IFileSystem fileSystem, string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFiles.Write(fileSystem, path, file => Write(file, tensors, metadata));

    /// <summary>Writes to an open, empty file.</summary>
    /// <exception cref="System.IO.IOException">The file could not be written.</exception>
    /// <exception cref="ArgumentException">A name is given twice or is reserved, or a tensor's bytes do not match its shape.</exception>
    public static void Write(IOutputFile file, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensors);
        NamedTensor[] ordered = [.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)];
        for (int i = 0; i < ordered.Length; i++)
        {
            if (i > 0 && ordered[i].Name == ordered[i - 1].Name) throw new ArgumentException($"safetensors: the tensor name '{ordered[i].Name}' is given twice", nameof(tensors));
            if (ordered[i].Name == SafetensorsHeader.MetadataKey) throw new ArgumentException($"safetensors: a tensor cannot be named '{SafetensorsHeader.MetadataKey}'", nameof(tensors));
        }

        WriteHeader(file, ordered, metadata);
        foreach (NamedTensor tensor in ordered) WriteData(file, tensor);
    }

    private static void WriteHeader(IOutputFile file, NamedTensor[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (NamedTensor tensor in tensors) offset = WriteEntry(json, tensor, offset);
            json.WriteEndObject();
        }

        int padding = -buffer.WrittenCount & (HeaderAlignmentBytes - 1);
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        if (buffer.WrittenCount > SafetensorsHeader.MaximumBytes) throw new ArgumentException($"safetensors: the header would take {buffer.WrittenCount} bytes, over the limit of {SafetensorsHeader.MaximumBytes}", nameof(tensors));
        Span<byte> length = stackalloc byte[SafetensorsHeader.LengthFieldBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)buffer.WrittenCount);
        file.Write(length);
        file.Write(buffer.WrittenSpan);
    }

    private static long WriteEntry(Utf8JsonWriter json, NamedTensor tensor, long offset)
    {
        long end = checked(offset + tensor.SizeBytes);
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type.FileName());
        json.WriteStartArray("shape");
        foreach (int extent in tensor.Shape) json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }

    private static void WriteData(IOutputFile file, NamedTensor tensor)
    {
        ReadOnlySpan<byte> bytes = tensor.Read().Span;
        if (bytes.Length != tensor.SizeBytes)
            throw new ArgumentException($"safetensors: tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Shape)}] needs {tensor.SizeBytes} bytes, got {bytes.Length}");
        for (int start = 0; start < bytes.Length; start += MostBytesPerWrite) file.Write(bytes[start..Math.Min(bytes.Length, start + MostBytesPerWrite)]);
    }
}
