using System;
using System.IO;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Cim.Vulkan.Training;

/// <summary>SHA-256 of files.</summary>
public static class FileDigest
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>The SHA-256 of a file in lower-case hexadecimal.</summary>
    /// <exception cref="IOException">The file could not be read.</exception>
    public static string Sha256(string path)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var chunk = new byte[ChunkBytes];
        for (long offset = 0; ;)
        {
            int count = RandomAccess.Read(file, chunk, offset);
            if (count == 0) return Convert.ToHexStringLower(hash.GetHashAndReset());
            hash.AppendData(chunk, 0, count);
            offset += count;
        }
    }
}
