using System;
using System.Buffers.Binary;

namespace Cim.Vulkan.Data.Tests.Fuzzing;

/// <summary>Damages bytes as storage, networks and attackers do; the same random numbers give the same damage.</summary>
internal sealed class ByteMutator(Random random)
{
    private static readonly uint[] Interesting =
        [0, 1, 2, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    /// <summary>A copy of the input with one to eight faults; <paramref name="other"/> lends bytes for splices.</summary>
    public byte[] Mutate(ReadOnlySpan<byte> input, ReadOnlySpan<byte> other)
    {
        var bytes = input.ToArray();
        for (var faults = 1 + random.Next(random.Next(1, 9)); faults > 0 && bytes.Length > 0; faults--) bytes = Fault(bytes, other);
        return bytes;
    }

    private byte[] Fault(byte[] bytes, ReadOnlySpan<byte> other)
    {
        var at = Place(bytes.Length);
        var length = Math.Min(bytes.Length - at, 1 + random.Next(1 << random.Next(1, 11)));
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 3 or 4:
                WriteInteresting(bytes.AsSpan(at));
                return bytes;
            case 5:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 6:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 7:
                bytes.AsSpan(at, length).Fill((byte)(random.Next(2) * 255));
                return bytes;
            case 8:
                return bytes[..at];
            case 9:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + length)];
            case 10:
                return [.. bytes.AsSpan(0, at + length), .. bytes.AsSpan(at)];
            default:
                return Splice(bytes, at, other);
        }
    }

    /// <summary>Headers decide most, and they lie in front.</summary>
    private int Place(int length) => random.Next(random.Next(2) == 0 ? length : Math.Min(length, 64));

    private void WriteInteresting(Span<byte> target)
    {
        Span<byte> value = stackalloc byte[4];
        var number = Interesting[random.Next(Interesting.Length)];
        if (random.Next(2) == 0) BinaryPrimitives.WriteUInt32BigEndian(value, number);
        else BinaryPrimitives.WriteUInt32LittleEndian(value, number);
        var width = 1 << random.Next(3);
        value = random.Next(2) == 0 ? value[..width] : value[^width..];
        value[..Math.Min(width, target.Length)].CopyTo(target);
    }

    private byte[] Splice(byte[] bytes, int at, ReadOnlySpan<byte> other)
    {
        if (other.IsEmpty) return bytes;
        var start = random.Next(other.Length);
        var length = Math.Min(other.Length - start, 1 + random.Next(512));
        return [.. bytes.AsSpan(0, at), .. other.Slice(start, length), .. bytes.AsSpan(Math.Min(bytes.Length, at + random.Next(2) * length))];
    }
}
