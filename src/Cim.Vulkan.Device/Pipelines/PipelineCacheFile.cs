using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Cim.Vulkan.Device;

/// <summary>
/// A pipeline cache on disk: magic, format version, identity of device and driver, length, SHA-256, data.
/// Whatever does not fit is discarded in silence: drivers trust these bytes blindly.
/// </summary>
internal sealed class PipelineCacheFile
{
    private const int FormatVersion = 1;
    private const int IdentityBytes = 32;
    private const int HashBytes = 32;
    private const int HeaderBytes = 8 + 4 + IdentityBytes + 8 + HashBytes;
    private static readonly byte[] s_magic = Encoding.ASCII.GetBytes("CIMVKPC\n");

    private readonly byte[] _identity;

    public PipelineCacheFile(string directory, DeviceCapabilities capabilities)
    {
        _identity = capabilities.IdentityBytes();
        var name = BitConverter.ToString(_identity, 0, 8).Replace("-", "").ToLowerInvariant();
        Path = System.IO.Path.Combine(directory, $"pipelines-{name}.bin");
    }

    public string Path { get; }

    /// <summary>The data, or nothing when there is no file or it does not fit.</summary>
    public byte[] Read()
    {
        try
        {
            return File.Exists(Path) ? Parse(File.ReadAllBytes(Path)) ?? Array.Empty<byte>() : Array.Empty<byte>();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Array.Empty<byte>();
        }
    }

    /// <summary>Replaces the file in one step: a reader sees the old one or the new one.</summary>
    public void Write(byte[] data)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var temporary = $"{Path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, Format(data));
            if (File.Exists(Path)) File.Replace(temporary, Path, null);
            else File.Move(temporary, Path);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    public byte[] Format(byte[] data)
    {
        using var stream = new MemoryStream(HeaderBytes + data.Length);
        using var writer = new BinaryWriter(stream);
        writer.Write(s_magic);
        writer.Write(FormatVersion);
        writer.Write(_identity);
        writer.Write((long)data.Length);
        writer.Write(Hash(data));
        writer.Write(data);
        return stream.ToArray();
    }

    /// <summary>Null when anything is wrong with the bytes.</summary>
    public byte[]? Parse(byte[] file)
    {
        if (file.Length < HeaderBytes) return null;
        using var reader = new BinaryReader(new MemoryStream(file));
        if (!reader.ReadBytes(s_magic.Length).SequenceEqual(s_magic)) return null;
        if (reader.ReadInt32() != FormatVersion) return null;
        if (!reader.ReadBytes(IdentityBytes).SequenceEqual(_identity)) return null;
        if (reader.ReadInt64() != file.Length - HeaderBytes) return null;
        var hash = reader.ReadBytes(HashBytes);
        var data = reader.ReadBytes(file.Length - HeaderBytes);
        return Hash(data).SequenceEqual(hash) ? data : null;
    }

    private static byte[] Hash(byte[] data)
    {
        using var sha = SHA256.Create();
        return sha.ComputeHash(data);
    }
}
