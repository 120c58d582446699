using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Cim.Vulkan.Training.Tests.TensorBoard;

/// <summary>A value of an event: a number, or a picture with its width and height.</summary>
internal sealed record ReadValue(string Tag, float Number, byte[]? Picture, long Width, long Height);

/// <summary>An event as read back.</summary>
internal sealed record ReadEvent(double WallTime, long Step, string Version, long SessionStatus, IReadOnlyList<ReadValue> Values);

/// <summary>Reads event files with nothing of the code that writes them: its own checksum, bit by bit, and its own protocol buffers.</summary>
internal static class EventFileReader
{
    private const uint ReflectedPolynomial = 0x82F63B78;

    /// <exception cref="InvalidDataException">A record is torn or its checksum is wrong.</exception>
    public static List<ReadEvent> Read(byte[] file)
    {
        var events = new List<ReadEvent>();
        for (int at = 0; at < file.Length;)
        {
            ReadOnlySpan<byte> rest = file.AsSpan(at);
            if (rest.Length < 16 || Masked(rest[..8]) != BinaryPrimitives.ReadUInt32LittleEndian(rest[8..])) throw new InvalidDataException($"length at {at}");
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(rest));
            if (rest.Length < 16 + length || Masked(rest.Slice(12, length)) != BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..])) throw new InvalidDataException($"payload at {at}");
            events.Add(Event(rest.Slice(12, length)));
            at += 16 + length;
        }

        return events;
    }

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint value = ~0u;
        foreach (byte b in bytes)
        {
            value ^= b;
            for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ ReflectedPolynomial : value >> 1;
        }

        return ~value;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint value = Checksum(bytes);
        return ((value >> 15) | (value << 17)) + 0xA282EAD8;
    }

    private static ReadEvent Event(ReadOnlySpan<byte> bytes)
    {
        var read = new ReadEvent(0, 0, "", 0, []);
        var values = new List<ReadValue>();
        while (bytes.Length > 0)
        {
            (int field, ulong number, byte[] content) = Field(ref bytes);
            if (field == 1) read = read with { WallTime = BitConverter.UInt64BitsToDouble(number) };
            if (field == 2) read = read with { Step = (long)number };
            if (field == 3) read = read with { Version = Encoding.UTF8.GetString(content) };
            if (field == 7) read = read with { SessionStatus = content[1] };
            if (field != 5) continue;
            for (ReadOnlySpan<byte> summary = content; summary.Length > 0;) values.Add(Value(Field(ref summary).Content));
        }

        return read with { Values = values };
    }

    private static ReadValue Value(ReadOnlySpan<byte> bytes)
    {
        var read = new ReadValue("", float.NaN, null, 0, 0);
        while (bytes.Length > 0)
        {
            (int field, ulong number, byte[] content) = Field(ref bytes);
            if (field == 1) read = read with { Tag = Encoding.UTF8.GetString(content) };
            if (field == 2) read = read with { Number = BitConverter.UInt32BitsToSingle((uint)number) };
            if (field != 4) continue;
            for (ReadOnlySpan<byte> image = content; image.Length > 0;)
            {
                (int part, ulong size, byte[] picture) = Field(ref image);
                if (part == 1) read = read with { Height = (long)size };
                if (part == 2) read = read with { Width = (long)size };
                if (part == 4) read = read with { Picture = picture };
            }
        }

        return read;
    }

    private static (int Number, ulong Value, byte[] Content) Field(ref ReadOnlySpan<byte> bytes)
    {
        ulong key = Varint(ref bytes), value = 0;
        int size = (key & 7) switch
        {
            0 => 0,
            1 => 8,
            2 => (int)Varint(ref bytes),
            5 => 4,
            _ => throw new InvalidDataException("wire type"),
        };
        if ((key & 7) == 0) value = Varint(ref bytes);
        if ((key & 7) == 1) value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        if ((key & 7) == 5) value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        byte[] content = bytes[..size].ToArray();
        bytes = bytes[size..];
        return ((int)(key >> 3), value, content);
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}
