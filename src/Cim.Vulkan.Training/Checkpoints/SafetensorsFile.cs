using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cim.Vulkan.Training;

/// <summary>
/// A safetensors file open for reading, tensor by tensor. It is read and never mapped into memory: a file that another process cuts
/// short is an exception here, and the end of the process there.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int MostBytesPerRead = 1 << 26;

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsEntry> _byName = new(StringComparer.Ordinal);

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        (Path, _handle) = (path, handle);
        _header = ReadHeader();
        foreach (SafetensorsEntry entry in _header.Entries) _byName.Add(entry.Name, entry);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>The file's free text, empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensors in the order of their names.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="SafetensorsException">There is none.</exception>
    public SafetensorsEntry this[string name] => Find(name) ?? throw new SafetensorsException($"'{Path}' has no tensor '{name}'");

    /// <summary>Opens a file and checks its header: lengths, offsets, shapes, no byte shared and none left over.</summary>
    /// <exception cref="SafetensorsException">The file cannot be opened or is not valid.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
            return new SafetensorsFile(path, handle);
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is IOException or UnauthorizedAccessException) throw new SafetensorsException($"cannot read '{path}': {error.Message}", error);
            throw;
        }
    }

    /// <summary>The tensor of a name, or null.</summary>
    public SafetensorsEntry? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Reads a tensor's bytes, little-endian, into a span of exactly its size.</summary>
    /// <exception cref="SafetensorsException">The file ends early or cannot be read.</exception>
    public void ReadBytes(SafetensorsEntry entry, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (target.Length != entry.LengthBytes) throw new ArgumentException($"tensor '{entry.Name}' has {entry.LengthBytes} bytes, the target {target.Length}", nameof(target));
        ReadExactly(entry.OffsetBytes, target, $"tensor '{entry.Name}'");
    }

    /// <summary>Reads a part of a tensor's bytes.</summary>
    /// <exception cref="SafetensorsException">The file ends early or cannot be read.</exception>
    internal void ReadBytes(SafetensorsEntry entry, long offsetBytes, Span<byte> target)
    {
        if (offsetBytes < 0 || target.Length > entry.LengthBytes - offsetBytes) throw new ArgumentException($"tensor '{entry.Name}' has {entry.LengthBytes} bytes, {target.Length} from {offsetBytes} on are not there", nameof(target));
        ReadExactly(entry.OffsetBytes + offsetBytes, target, $"tensor '{entry.Name}'");
    }

    /// <summary>Reads a tensor's bytes, little-endian.</summary>
    /// <exception cref="SafetensorsException">There is no such tensor, it is over 2 GiB, or the file ends early.</exception>
    public byte[] ReadBytes(string name) => Read<byte>(this[name], 1);

    /// <summary>Reads an <c>F32</c> tensor.</summary>
    /// <exception cref="SafetensorsException">There is no such tensor, it is of another type, or the file ends early.</exception>
    public float[] ReadFloats(string name) => Read<float>(Typed(name, SafetensorsType.F32), sizeof(float));

    /// <summary>Reads an <c>I32</c> tensor.</summary>
    /// <exception cref="SafetensorsException">There is no such tensor, it is of another type, or the file ends early.</exception>
    public int[] ReadInt32s(string name) => Read<int>(Typed(name, SafetensorsType.I32), sizeof(int));

    /// <summary>Reads a <c>U32</c> tensor.</summary>
    /// <exception cref="SafetensorsException">There is no such tensor, it is of another type, or the file ends early.</exception>
    public uint[] ReadUInt32s(string name) => Read<uint>(Typed(name, SafetensorsType.U32), sizeof(uint));

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private SafetensorsHeader ReadHeader()
    {
        long fileLength = RandomAccess.GetLength(_handle);
        Span<byte> lengthField = stackalloc byte[SafetensorsHeader.LengthFieldBytes];
        if (fileLength < lengthField.Length) throw new SafetensorsException($"'{Path}' is not a valid safetensors file: {fileLength} bytes are too few");
        ReadExactly(0, lengthField, "the header's length");
        var json = new byte[SafetensorsHeader.ReadLength(Path, lengthField, fileLength)];
        ReadExactly(lengthField.Length, json, "the header");
        return SafetensorsHeader.Parse(Path, json, fileLength);
    }

    private SafetensorsEntry Typed(string name, SafetensorsType type)
    {
        SafetensorsEntry entry = this[name];
        return entry.Type == type ? entry : throw new SafetensorsException($"tensor '{name}' of '{Path}' is {entry.Type.FileName()}, not {type.FileName()}");
    }

    private T[] Read<T>(SafetensorsEntry entry, int elementBytes)
        where T : unmanaged
    {
        if (entry.LengthBytes > Array.MaxLength) throw new SafetensorsException($"tensor '{entry.Name}' of '{Path}' is over 2 GiB: read it in parts");
        var values = new T[entry.LengthBytes / elementBytes];
        ReadExactly(entry.OffsetBytes, MemoryMarshal.AsBytes(values.AsSpan()), $"tensor '{entry.Name}'");
        return values;
    }

    private void ReadExactly(long offset, Span<byte> target, string what)
    {
        while (!target.IsEmpty)
        {
            int count;
            try
            {
                count = RandomAccess.Read(_handle, target[..Math.Min(target.Length, MostBytesPerRead)], offset);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SafetensorsException($"'{Path}' could not be read at {what}: {error.Message}", error);
            }

            if (count == 0) throw new SafetensorsException($"'{Path}' ends early, within {what}");
            target = target[count..];
            offset += count;
        }
    }
}
