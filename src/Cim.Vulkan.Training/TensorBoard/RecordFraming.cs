using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Cim.Vulkan.Training;

/// <summary>
/// Records of a TFRecord file: length (8 bytes, little endian), masked CRC-32C of the length (4), payload, masked CRC-32C of the payload (4).
/// </summary>
internal static class RecordFraming
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeaderBytes = 12;

    /// <summary>Bytes after the payload.</summary>
    public const int FooterBytes = 4;

    private const int LengthBytes = 8;

    // The format's constant, added so that the checksum of data that holds checksums is not weak.
    private const uint Mask = 0xA282EAD8;

    /// <summary>Writes the header and footer of a payload that already stands <see cref="HeaderBytes"/> behind the start.</summary>
    /// <param name="record">Header, payload and footer.</param>
    public static void Seal(Span<byte> record)
    {
        ReadOnlySpan<byte> payload = record[HeaderBytes..^FooterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[LengthBytes..], MaskedChecksum(record[..LengthBytes]));
        BinaryPrimitives.WriteUInt32LittleEndian(record[^FooterBytes..], MaskedChecksum(payload));
    }

    /// <summary>Takes the payload of the first record.</summary>
    /// <param name="bytes">A file from the start of a record.</param>
    /// <param name="payload">The record's payload.</param>
    /// <returns>False where the bytes end too early or a checksum is wrong.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        ReadOnlySpan<byte> span = bytes.Span;
        if (span.Length < HeaderBytes + FooterBytes) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(span[LengthBytes..]) != MaskedChecksum(span[..LengthBytes])) return false;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(span);
        if (length > (ulong)(span.Length - HeaderBytes - FooterBytes)) return false;
        payload = bytes.Slice(HeaderBytes, (int)length);
        return BinaryPrimitives.ReadUInt32LittleEndian(span[(HeaderBytes + payload.Length)..]) == MaskedChecksum(payload.Span);
    }

    /// <summary>The masked CRC-32C (Castagnoli) of bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint checksum = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            checksum = BitOperations.Crc32C(checksum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes) checksum = BitOperations.Crc32C(checksum, value);
        return BitOperations.RotateRight(~checksum, 15) + Mask;
    }
}
