using System;
using System.Buffers.Binary;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>Reads a region byte by byte, line by line, text by text, through a small buffer.</summary>
internal sealed class PickleInput
{
    private const int BufferBytes = 16 << 10, MostLineBytes = 4096;
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ByteRegion _region;
    private readonly MemoryBudget _budget;
    private readonly byte[] _buffer;
    private long _bufferStart;
    private int _bufferCount, _next;

    public PickleInput(ByteRegion region, MemoryBudget budget)
    {
        (_region, _budget) = (region, budget);
        _buffer = new byte[Math.Min(BufferBytes, Math.Max(16, region.LengthBytes))];
    }

    /// <summary>Where the next byte lies in the region.</summary>
    public long Position => _bufferStart + _next;

    public long Remaining => _region.LengthBytes - Position;

    public string Name => _region.Source.Name;

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>The next few bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (_bufferCount - _next < count) Fill(count);
        _next += count;
        return _buffer.AsSpan(_next - count, count);
    }

    /// <summary>Text of so many bytes of UTF-8, or of one byte a letter.</summary>
    public string Text(ulong lengthBytes, bool isUtf8 = true)
    {
        int length = CheckLength(lengthBytes);
        _budget.Charge(MemoryBudget.TextBytes + (2L * length));
        if (length > _buffer.Length) _budget.Charge(length);
        ReadOnlySpan<byte> bytes = length > _buffer.Length ? Large(length) : Take(length);
        if (!isUtf8) return Encoding.Latin1.GetString(bytes);
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new WeightsException($"'{Name}' is not a valid pickle: a text is not UTF-8; fetch the file again", error);
        }
    }

    /// <summary>Skips bytes and tells where they are.</summary>
    public PickleBytes Bytes(ulong lengthBytes)
    {
        int length = CheckLength(lengthBytes);
        _budget.Charge(MemoryBudget.ObjectBytes);
        var bytes = new PickleBytes(new ByteRegion(_region.Source, _region.OffsetBytes + Position, length));
        Skip(length);
        return bytes;
    }

    /// <summary>A line without its end.</summary>
    public string Line()
    {
        var line = new StringBuilder();
        for (byte next = Byte(); next != (byte)'\n'; next = Byte())
        {
            if (line.Length == MostLineBytes) throw new WeightsException($"'{Name}' is not a valid pickle: a line has more than {MostLineBytes} letters; fetch the file again");
            line.Append((char)next);
        }

        if (line.Length > 0 && line[^1] == '\r') line.Length--;
        // The builder's pieces and the text: each letter four times at most.
        _budget.Charge((2 * MemoryBudget.ObjectBytes) + (8L * line.Length));
        return line.ToString();
    }

    public void Skip(long count)
    {
        if (count > Remaining) throw Cut();
        if (count <= _bufferCount - _next)
        {
            _next += (int)count;
            return;
        }

        _bufferStart = Position + count;
        _bufferCount = _next = 0;
    }

    private byte[] Large(int length)
    {
        var bytes = new byte[length];
        _region.Source.Read(_region.OffsetBytes + Position, bytes, "a text");
        Skip(length);
        return bytes;
    }

    private int CheckLength(ulong length) => length <= (ulong)Remaining && length <= (ulong)Array.MaxLength ? (int)length : throw Cut();

    private void Fill(int count)
    {
        if (count > Remaining) throw Cut();
        _bufferStart = Position;
        _next = 0;
        _bufferCount = (int)Math.Min(_buffer.Length, Remaining);
        _region.Source.Read(_region.OffsetBytes + _bufferStart, _buffer.AsSpan(0, _bufferCount), "a pickle");
    }

    private WeightsException Cut() => new($"'{Name}' ends early, within a pickle: it was cut short, fetch or copy it again");
}
