using System;
using System.Buffers.Binary;
using System.IO;
using System.IO.Compression;

namespace Cim.Vulkan.Data.Tests.Decoding;

/// <summary>A second, plain PNG decoder, written after the specification: what the one under test is compared with.</summary>
internal sealed class ReferencePng
{
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly int _bits, _kind, _bands;
    private readonly bool _isInterlaced;
    private readonly byte[] _data;
    private readonly byte[] _palette = [], _transparency = [];
    private int _at;

    private ReferencePng(byte[] file)
    {
        using var packed = new MemoryStream();
        for (var at = 8; at + 12 <= file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            var name = System.Text.Encoding.ASCII.GetString(file, at + 4, 4);
            var body = file.AsSpan(at + 8, length);
            if (name == "IHDR") (Width, Height, _bits, _kind, _isInterlaced) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]), body[8], body[9], body[12] == 1);
            if (name == "PLTE") _palette = body.ToArray();
            if (name == "tRNS") _transparency = body.ToArray();
            if (name == "IDAT") packed.Write(body);
            at += 12 + length;
        }

        _bands = _kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        using var data = new MemoryStream();
        zlib.CopyTo(data);
        _data = data.ToArray();
        Pixels = new double[3 * Width * Height];
        foreach (var pass in _isInterlaced ? Adam7 : [(0, 0, 1, 1)]) ReadPass(pass.X, pass.Y, pass.StepX, pass.StepY);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>[height, width, 3] from 0 to 255, over black, 16 bits not rounded.</summary>
    public double[] Pixels { get; }

    public static ReferencePng Decode(byte[] file) => new(file);

    private void ReadPass(int firstX, int firstY, int stepX, int stepY)
    {
        var (columns, rows) = ((Width - firstX + stepX - 1) / stepX, (Height - firstY + stepY - 1) / stepY);
        if (columns <= 0 || rows <= 0) return;
        var pixelBytes = Math.Max(1, _bands * _bits / 8);
        var above = new byte[(columns * _bands * _bits + 7) / 8];
        for (var row = 0; row < rows; row++)
        {
            var filter = _data[_at++];
            var line = _data.AsSpan(_at, above.Length).ToArray();
            _at += line.Length;
            for (var i = 0; i < line.Length; i++)
            {
                var (left, up, corner) = (i < pixelBytes ? 0 : line[i - pixelBytes], above[i], i < pixelBytes ? 0 : above[i - pixelBytes]);
                line[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, 4 => Paeth(left, up, corner), _ => 0 });
            }

            for (var column = 0; column < columns; column++) Put(firstX + column * stepX, firstY + row * stepY, line, column);
            above = line;
        }
    }

    private void Put(int x, int y, byte[] line, int column)
    {
        Span<int> sample = stackalloc int[4];
        for (var band = 0; band < _bands; band++) sample[band] = Sample(line, column * _bands + band);
        double most = (1 << _bits) - 1, alpha = _kind is 4 or 6 ? sample[_bands - 1] / most : 1;
        var output = Pixels.AsSpan(3 * (y * Width + x), 3);
        if (_kind == 3)
        {
            alpha = sample[0] < _transparency.Length ? _transparency[sample[0]] / 255.0 : 1;
            for (var band = 0; band < 3; band++) output[band] = alpha * _palette[3 * sample[0] + band];
            return;
        }

        if (_transparency.Length > 0 && IsTransparentColour(sample)) alpha = 0;
        for (var band = 0; band < 3; band++) output[band] = alpha * 255 * sample[_bands < 3 ? 0 : band] / most;
    }

    private bool IsTransparentColour(ReadOnlySpan<int> sample)
    {
        for (var band = 0; band < _bands; band++)
        {
            if (sample[band] != BinaryPrimitives.ReadUInt16BigEndian(_transparency.AsSpan(2 * band))) return false;
        }

        return true;
    }

    private int Sample(byte[] line, int index) => _bits switch
    {
        16 => BinaryPrimitives.ReadUInt16BigEndian(line.AsSpan(2 * index)),
        8 => line[index],
        _ => line[index * _bits / 8] >> 8 - _bits - index * _bits % 8 & (1 << _bits) - 1,
    };

    private static int Paeth(int left, int up, int corner)
    {
        var (toLeft, toUp, toCorner) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - 2 * corner));
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
