using System;
using System.Security.Cryptography;

namespace Cim.Vulkan.Training;

/// <summary>Passes what is written on and keeps its SHA-256, so that a checkpoint is hashed as it is made and not as it is read back.</summary>
internal sealed class HashingOutputFile(IOutputFile inner) : IOutputFile
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Length => inner.Length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        inner.Write(bytes);
    }

    public void Truncate(long lengthBytes) => throw new NotSupportedException("a file that is being hashed cannot be cut");

    public void FlushToDisk() => inner.FlushToDisk();

    /// <summary>The hash of all that was written, in lower-case hexadecimal.</summary>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
