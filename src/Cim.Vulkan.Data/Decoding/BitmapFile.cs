using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Cim.Vulkan.Data;

/// <summary>
/// Reads uncompressed Windows bitmaps of 1, 4, 8, 16, 24 and 32 bits a pixel. libvips has only an untrusted loader for them. The fourth
/// byte of 32 bits is left aside: most writers leave it undefined.
/// </summary>
internal readonly ref struct BitmapFile
{
    private const int FileHeaderBytes = 14, CoreHeaderBytes = 12, InfoHeaderBytes = 40;
    private const uint Plain = 0, Masked = 3, MaskedWithAlpha = 6;

    private readonly string _key;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _headerBytes, _bits;
    private readonly bool _isTopDown;
    private readonly uint _compression;

    private BitmapFile(string key, ReadOnlySpan<byte> bytes)
    {
        _key = key;
        _bytes = bytes;
        if (bytes.Length < FileHeaderBytes + CoreHeaderBytes) throw Broken("it ends in its header");
        var headerBytes = BinaryPrimitives.ReadUInt32LittleEndian(bytes[FileHeaderBytes..]);
        if (headerBytes != CoreHeaderBytes && headerBytes is < InfoHeaderBytes or > 1024 || bytes.Length < FileHeaderBytes + headerBytes)
            throw Broken($"its header claims {headerBytes} bytes");
        _headerBytes = (int)headerBytes;
        var header = bytes.Slice(FileHeaderBytes, _headerBytes);
        var isCore = _headerBytes == CoreHeaderBytes;
        Width = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(header[4..]) : BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        long height = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) : BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        _isTopDown = height < 0;
        Height = Math.Abs(height);
        _bits = BinaryPrimitives.ReadUInt16LittleEndian(header[(isCore ? 10 : 14)..]);
        _compression = isCore ? Plain : BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
    }

    private long Width { get; }

    private long Height { get; }

    private long StrideBytes => (Width * _bits + 31) / 32 * 4;

    /// <exception cref="ImageDecodeException">It is damaged, truncated, compressed, or larger than <paramref name="maximumPixels"/>.</exception>
    public static void Decode(string key, ReadOnlySpan<byte> bytes, PixelBuffer target, long maximumPixels)
    {
        var file = new BitmapFile(key, bytes);
        file.Check(maximumPixels);
        file.CopyPixels(target);
    }

    private void Check(long maximumPixels)
    {
        if (Width < 1 || Height < 1) throw Broken($"{Width}x{Height} pixels make no picture");
        if (Width > maximumPixels || Height > maximumPixels || Width * Height > maximumPixels) throw ImageDecoder.TooLarge(_key, Width, Height, maximumPixels);
        if (_bits is not (1 or 4 or 8 or 16 or 24 or 32)) throw Broken($"{_bits} bits a pixel do not exist");
        if (!(_compression == Plain || _compression is Masked or MaskedWithAlpha && _bits is 16 or 32))
            throw new ImageDecodeException(_key, "it is a compressed BMP, which is not read; convert it to PNG");
    }

    private void CopyPixels(PixelBuffer target)
    {
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[10..]);
        var palette = _bits <= 8 ? Palette() : [];
        if (offset < FileHeaderBytes + _headerBytes || offset + StrideBytes * Height > _bytes.Length) throw Broken("it is truncated");
        var (width, height) = ((int)Width, (int)Height);
        var pixels = target.Reserve(width, height).AsSpan();
        var channels = Channels();
        for (var y = 0; y < height; y++)
        {
            var row = _bytes.Slice((int)(offset + (_isTopDown ? y : height - 1 - y) * StrideBytes), (int)StrideBytes);
            var output = pixels.Slice(3 * width * y, 3 * width);
            if (_bits <= 8) CopyIndexed(row, palette, output);
            else if (_bits == 24) CopyBytes(row, output);
            else CopyMasked(row, channels, output);
        }
    }

    private ReadOnlySpan<byte> Palette()
    {
        var entryBytes = _headerBytes == CoreHeaderBytes ? 3 : 4;
        var used = _headerBytes == CoreHeaderBytes ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(FileHeaderBytes + 32)..]);
        if (used > 1u << _bits) throw Broken($"its palette claims {used} colours");
        var start = FileHeaderBytes + _headerBytes;
        var bytes = entryBytes * (used == 0 ? 1 << _bits : (int)used);
        return start + bytes <= _bytes.Length ? _bytes.Slice(start, bytes) : throw Broken("it ends in its palette");
    }

    private void CopyIndexed(ReadOnlySpan<byte> row, ReadOnlySpan<byte> palette, Span<byte> output)
    {
        var entryBytes = _headerBytes == CoreHeaderBytes ? 3 : 4;
        for (var x = 0; 3 * x < output.Length; x++)
        {
            var bit = x * _bits;
            var entry = entryBytes * (row[bit / 8] >> 8 - _bits - bit % 8 & (1 << _bits) - 1);
            if (entry + 3 > palette.Length) throw Broken("a pixel's colour is outside of its palette");
            (output[3 * x], output[3 * x + 1], output[3 * x + 2]) = (palette[entry + 2], palette[entry + 1], palette[entry]);
        }
    }

    private static void CopyBytes(ReadOnlySpan<byte> row, Span<byte> output)
    {
        for (var i = 0; i < output.Length; i += 3) (output[i], output[i + 1], output[i + 2]) = (row[i + 2], row[i + 1], row[i]);
    }

    private void CopyMasked(ReadOnlySpan<byte> row, (uint Red, uint Green, uint Blue) channels, Span<byte> output)
    {
        for (var x = 0; 3 * x < output.Length; x++)
        {
            var value = _bits == 16 ? BinaryPrimitives.ReadUInt16LittleEndian(row[(2 * x)..]) : BinaryPrimitives.ReadUInt32LittleEndian(row[(4 * x)..]);
            (output[3 * x], output[3 * x + 1], output[3 * x + 2]) = (Scaled(value, channels.Red), Scaled(value, channels.Green), Scaled(value, channels.Blue));
        }
    }

    /// <summary>The bits of each colour: from the file where it says them, else 5 each of 16 or 8 each of 32.</summary>
    private (uint Red, uint Green, uint Blue) Channels()
    {
        if (_compression == Plain) return _bits == 16 ? (0x7C00u, 0x03E0u, 0x001Fu) : (0xFF0000u, 0x00FF00u, 0x0000FFu);
        // The masks follow the 40 bytes of the oldest header and are part of all younger ones: the same place.
        var start = FileHeaderBytes + InfoHeaderBytes;
        if (_bytes.Length < start + 12) throw Broken("it ends in its colour masks");
        return (BinaryPrimitives.ReadUInt32LittleEndian(_bytes[start..]), BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(start + 4)..]),
            BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(start + 8)..]));
    }

    private static byte Scaled(uint value, uint mask)
    {
        if (mask == 0) return 0;
        var shift = BitOperations.TrailingZeroCount(mask);
        return (byte)(((ulong)((value & mask) >> shift) * 255 + (mask >> shift) / 2) / (mask >> shift));
    }

    private ImageDecodeException Broken(string reason) => new(_key, $"damaged BMP: {reason}");
}
