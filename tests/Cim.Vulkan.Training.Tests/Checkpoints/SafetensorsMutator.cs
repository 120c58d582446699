using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.Training.Tests.Checkpoints;

/// <summary>Makes safetensors files that are nearly right: one of the seed gives the same files on every machine.</summary>
internal sealed class SafetensorsMutator(int seed)
{
    private const int LengthFieldBytes = 8;

    private static readonly string[] s_types = ["F32", "F16", "BF16", "F64", "I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "BOOL"];
    private static readonly string[] s_numbers =
    [
        "-1", "-0", "00", "0", "1", "1.0", "1e0", "1e309", "-9223372036854775808", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "18446744073709551615", "18446744073709551616", "3000000000", "NaN", "null", "\"4\"", "[4]", "{}", "0x4", "4,", "٤",
    ];
    private static readonly byte[][] s_pieces =
    [
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0], .. Utf8("\\ud800", "\\u0000", "\\n", "\n", "\u2028", "\"", "\\", "{", "}", "[", "]", "[[[[[[[[", "{\"a\":{\"a\":{\"a\":{", ",", ":", "//", "/* */", " ", "\t",
            "\"__metadata__\":{\"a\":\"b\"},", "\"__metadata__\":{\"a\":1},", "\"a\":{},", "\"dtype\":\"F32\",", "\"shape\":[],", "\"data_offsets\":[0,0],", "true", "\ufeff"),
    ];

    private readonly Random _random = new(seed);

    /// <summary>A valid file.</summary>
    public byte[] Valid()
    {
        int count = _random.Next(5);
        long offset = 0;
        var entries = new List<string>();
        if (_random.Next(3) == 0) entries.Add("\"__metadata__\":{\"format\":\"pt\",\"ä\":\"\\u00e4\\n\"}");
        for (int i = 0; i < count; i++)
        {
            int type = _random.Next(s_types.Length);
            int[] shape = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => _random.Next(4))];
            long size = shape.Aggregate((long)SafetensorsTypes.SizeBytes(SafetensorsTypes.Parse(s_types[type])!.Value), (product, extent) => product * extent);
            entries.Add($"\"t{i}{(_random.Next(4) == 0 ? "\\u0041é" : "")}\":{{\"dtype\":\"{s_types[type]}\",\"shape\":[{string.Join(",", shape)}],\"data_offsets\":[{offset},{offset + size}]}}");
            offset += size;
        }

        return File($"{{{string.Join(",", entries)}}}{new string(' ', _random.Next(3))}", (int)offset);
    }

    /// <summary>A file with one to four faults; a few of them are none.</summary>
    public byte[] Mutate(byte[] file)
    {
        for (int i = _random.Next(1, 5); i > 0; i--) file = MutateOnce(file);
        return file;
    }

    private byte[] MutateOnce(byte[] file)
    {
        byte[] header = file[LengthFieldBytes..Math.Max(LengthFieldBytes, HeaderEnd(file))], data = file[Math.Min(file.Length, HeaderEnd(file))..];
        int at = _random.Next(header.Length + 1), to = Math.Min(header.Length, at + _random.Next(1, 40)), other = _random.Next(header.Length + 1);
        switch (_random.Next(12))
        {
            case 0: return Flip(file);
            case 1: return Join(header[..at], s_pieces[_random.Next(s_pieces.Length)], header[at..], data);
            case 2: return Join(header[..at], header[to..], data);
            case 3: return Join(header[..other], header[at..to], header[other..], data);
            case 4: return Join(ReplaceNumber(header), data);
            case 5: return Join(ReplaceNumber(header), data);
            case 6: return Join(header, new byte[_random.Next(64)]);
            case 7: return WithLength(file, Length(header.Length));
            case 8: return file[..Math.Max(LengthFieldBytes, _random.Next(file.Length + 1))];
            case 9: return Join(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(header).Replace(s_types[_random.Next(s_types.Length)], s_types[_random.Next(s_types.Length)])), data);
            case 10: return Join(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(header).Replace($"\"t{_random.Next(4)}", $"\"t{_random.Next(4)}")), data);
            default: return Join(header[..at], Enumerable.Repeat(s_pieces[_random.Next(s_pieces.Length)], _random.Next(1, 60)).SelectMany(piece => piece).ToArray(), header[at..], data);
        }
    }

    private byte[] Flip(byte[] file)
    {
        file = [.. file];
        file[_random.Next(file.Length)] ^= (byte)(1 << _random.Next(8));
        return file;
    }

    private byte[] ReplaceNumber(byte[] header)
    {
        int[] digits = [.. Enumerable.Range(0, header.Length).Where(i => header[i] is >= (byte)'0' and <= (byte)'9')];
        if (digits.Length == 0) return header;
        int begin = digits[_random.Next(digits.Length)], end = begin + 1;
        while (begin > 0 && header[begin - 1] is >= (byte)'0' and <= (byte)'9') begin--;
        while (end < header.Length && header[end] is >= (byte)'0' and <= (byte)'9') end++;
        return [.. header[..begin], .. Encoding.UTF8.GetBytes(s_numbers[_random.Next(s_numbers.Length)]), .. header[end..]];
    }

    private ulong Length(int actual) => _random.Next(6) switch
    {
        0 => 0,
        1 => (ulong)_random.Next(actual + 1),
        2 => (ulong)(actual + _random.Next(1, 9)),
        3 => 100_000_001,
        4 => ulong.MaxValue - (ulong)_random.Next(16),
        _ => (ulong)_random.NextInt64(),
    };

    private static int HeaderEnd(byte[] file) => (int)Math.Min((ulong)file.Length, BinaryPrimitives.ReadUInt64LittleEndian(file) % int.MaxValue + LengthFieldBytes);

    private static byte[] File(string header, int dataBytes) => Join(Encoding.UTF8.GetBytes(header), new byte[dataBytes]);

    // All parts but the last are the header.
    private static byte[] Join(params byte[][] parts)
    {
        byte[] file = [.. new byte[LengthFieldBytes], .. parts.SelectMany(part => part)];
        return WithLength(file, (ulong)parts[..^1].Sum(part => part.Length));
    }

    private static byte[] WithLength(byte[] file, ulong length)
    {
        file = [.. file];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);
        return file;
    }

    private static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
