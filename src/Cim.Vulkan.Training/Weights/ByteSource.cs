using System;
using System.IO;
using Microsoft.Win32.SafeHandles;

namespace Cim.Vulkan.Training;

/// <summary>Bytes to be read at any place: a file, or what a file held packed. It is read and never mapped into memory.</summary>
internal abstract class ByteSource(string name, long length) : IDisposable
{
    /// <summary>For messages.</summary>
    public string Name { get; } = name;

    public long Length { get; } = length;

    /// <summary>Fills a span.</summary>
    /// <exception cref="WeightsException">The bytes are not all there.</exception>
    public void Read(long offset, Span<byte> target, string what)
    {
        if (offset < 0 || target.Length > Length - offset) throw new WeightsException($"'{Name}' ends early, within {what}: it was cut short, fetch or copy it again");
        ReadWithin(offset, target, what);
    }

    public virtual void Dispose()
    {
    }

    protected abstract void ReadWithin(long offset, Span<byte> target, string what);
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryBytes(string name, byte[] bytes) : ByteSource(name, bytes.Length)
{
    protected override void ReadWithin(long offset, Span<byte> target, string what) => bytes.AsSpan((int)offset, target.Length).CopyTo(target);
}

/// <summary>Bytes of a file, open until disposed.</summary>
internal sealed class FileBytes : ByteSource
{
    private const int MostBytesPerRead = 1 << 26;
    private readonly SafeFileHandle _handle;

    private FileBytes(string path, SafeFileHandle handle) : base(path, RandomAccess.GetLength(handle)) => _handle = handle;

    /// <exception cref="WeightsException">The file cannot be opened.</exception>
    public static FileBytes Open(string path)
    {
        if (Directory.Exists(path)) throw new WeightsException($"'{path}' is a folder: give the file of weights in it");
        if (!File.Exists(path)) throw new WeightsException($"there is no file '{path}': check the path");
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
            return new FileBytes(path, handle);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw new WeightsException($"cannot read '{path}': {WeightsException.OneLine(error.Message)}", error);
        }
    }

    public override void Dispose()
    {
        _handle.Dispose();
        base.Dispose();
    }

    protected override void ReadWithin(long offset, Span<byte> target, string what)
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
                throw new WeightsException($"'{Name}' could not be read at {what}: {WeightsException.OneLine(error.Message)}", error);
            }

            if (count == 0) throw new WeightsException($"'{Name}' ends early, within {what}: another program has cut it short");
            target = target[count..];
            offset += count;
        }
    }
}

/// <summary>A part of a source.</summary>
internal readonly record struct ByteRegion(ByteSource Source, long OffsetBytes, long LengthBytes);
