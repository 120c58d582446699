using System;
using System.Buffers.Binary;
using System.Linq;

namespace Cim.Vulkan.Data.Tests.Fuzzing;

/// <summary>The CRC-32 of PNG chunks: with it set right, damage gets past the first check and into the decoder.</summary>
internal static class PngChecksums
{
    private const int SignatureBytes = 8;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(i => Enumerable.Range(0, 8).Aggregate((uint)i, (crc, _) => (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1))];

    /// <summary>The CRC-32 of the bytes.</summary>
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = Table[(byte)(crc ^ value)] ^ crc >> 8;
        return ~crc;
    }

    /// <summary>Sets the checksums of as many chunks as can be followed; leaves other files alone.</summary>
    public static void MendIfPng(Span<byte> png)
    {
        if (!png.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47])) return;
        for (var at = SignatureBytes; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png[at..]);
            if (length > png.Length - at - 12) return;
            var end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(png[end..], Compute(png[(at + 4)..end]));
            at = end + 4;
        }
    }
}
