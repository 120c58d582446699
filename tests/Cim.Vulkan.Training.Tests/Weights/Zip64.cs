using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Cim.Vulkan.Training.Tests.Weights;

/// <summary>Rewrites the directory of a small archive as that of one over 4 GiB: every size and offset in its 64-bit field.</summary>
internal static class Zip64
{
    private const int EndBytes = 22, EntryBytes = 46, ExtraBytes = 28;

    public static byte[] Of(byte[] zip)
    {
        ReadOnlySpan<byte> end = zip.AsSpan(zip.Length - EndBytes);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]), start = BinaryPrimitives.ReadInt32LittleEndian(end[16..]);
        var written = new List<byte>(zip.AsSpan(0, start).ToArray());
        for (int i = 0, at = start; i < count; i++) at += Entry(zip.AsSpan(at), written);
        long length = written.Count - start, record = written.Count;
        written.AddRange(Fields(4, 0x06064B50));
        written.AddRange(Fields(8, 44));
        written.AddRange(Fields(2, 45, 45));
        written.AddRange(Fields(4, 0, 0));
        written.AddRange(Fields(8, count, count, length, start));
        written.AddRange(Fields(4, 0x07064B50, 0));
        written.AddRange(Fields(8, record));
        written.AddRange(Fields(4, 1, 0x06054B50));
        written.AddRange(Fields(2, 0, 0, 0xFFFF, 0xFFFF));
        written.AddRange(Fields(4, 0xFFFFFFFF, 0xFFFFFFFF));
        written.AddRange(Fields(2, 0));
        return [.. written];
    }

    private static int Entry(ReadOnlySpan<byte> entry, List<byte> written)
    {
        int name = BinaryPrimitives.ReadUInt16LittleEndian(entry[28..]), extra = BinaryPrimitives.ReadUInt16LittleEndian(entry[30..]), comment = BinaryPrimitives.ReadUInt16LittleEndian(entry[32..]);
        uint packed = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]), plain = BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]), offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[42..]);
        byte[] header = entry[..EntryBytes].ToArray();
        header.AsSpan(20, 8).Fill(0xFF);
        header.AsSpan(42, 4).Fill(0xFF);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(30), ExtraBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(32), 0);
        written.AddRange(header);
        written.AddRange(entry.Slice(EntryBytes, name));
        written.AddRange(Fields(2, 1, ExtraBytes - 4));
        written.AddRange(Fields(8, plain, packed, offset));
        return EntryBytes + name + extra + comment;
    }

    private static byte[] Fields(int bytes, params long[] values)
    {
        var fields = new byte[bytes * values.Length];
        for (int i = 0; i < fields.Length; i++) fields[i] = (byte)(values[i / bytes] >> (8 * (i % bytes)));
        return fields;
    }
}
