using System;
using System.Buffers.Binary;

namespace Cim.Vulkan.Data.Tests;

/// <summary>Windows bitmaps byte by byte, so that tests can write wrong ones.</summary>
internal static class TestBitmaps
{
    private const int HeaderBytes = 54;

    /// <summary>The colour at (x, y): red, green, blue; with at most 8 bits a pixel all three are the palette's entry number.</summary>
    public static (byte Red, byte Green, byte Blue) ColourAt(int bits, int x, int y)
    {
        if (bits > 8) return ((byte)(10 * x), (byte)(20 * y), (byte)(x ^ y));
        var gray = (byte)((x + 3 * y) % (1 << bits));
        return (gray, gray, gray);
    }

    /// <summary>An uncompressed bitmap of 1, 4, 8, 24 or 32 bits a pixel; a negative height stores it from the top.</summary>
    public static byte[] Make(int bits, int width, int height)
    {
        var (palette, stride, rows) = (bits <= 8 ? 4 << bits : 0, (width * bits + 31) / 32 * 4, Math.Abs(height));
        var file = new byte[HeaderBytes + palette + stride * rows];
        "BM"u8.CopyTo(file);
        Write(file, 10, HeaderBytes + palette);
        Write(file, 14, 40);
        Write(file, 18, width);
        Write(file, 22, height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), (short)bits);
        for (var i = 0; i < palette / 4; i++) file.AsSpan(HeaderBytes + 4 * i, 3).Fill((byte)i);
        for (var y = 0; y < rows; y++) WriteRow(file.AsSpan(HeaderBytes + palette + stride * (height < 0 ? y : rows - 1 - y), stride), bits, width, y);
        return file;
    }

    public static void Write(byte[] file, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);

    private static void WriteRow(Span<byte> row, int bits, int width, int y)
    {
        for (var x = 0; x < width; x++)
        {
            var (red, green, blue) = ColourAt(bits, x, y);
            if (bits <= 8) row[x * bits / 8] |= (byte)(red << 8 - bits - x * bits % 8);
            else (row[x * bits / 8], row[x * bits / 8 + 1], row[x * bits / 8 + 2]) = (blue, green, red);
        }
    }
}
