using System;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Data;

/// <summary>The crops of a batch as bytes, to be resized on the device. Filled by the loader's threads, a row each.</summary>
public sealed class CropPixels
{
    private readonly int[] _words;
    private readonly CropBox[] _boxes;

    internal CropPixels(int batchSize, CropRoom room)
    {
        Room = room;
        _words = new int[checked(batchSize * room.Words)];
        _boxes = new CropBox[batchSize];
    }

    /// <summary>The room of each crop.</summary>
    public CropRoom Room { get; }

    /// <summary>What a crop is after it was made to fit: a box that begins at 0, 0.</summary>
    /// <param name="row">Its place in the batch.</param>
    public CropBox this[int row] => _boxes[row];

    /// <summary>
    /// Copies the crops one after the other into <paramref name="pixels"/>, room for all of them, and what they are into <paramref name="boxes"/>
    /// [batch, 4].
    /// </summary>
    /// <returns>Words of <paramref name="pixels"/> that were filled; what follows is left as it was.</returns>
    public int CopyTo(Span<int> pixels, Span<int> boxes)
    {
        var used = 0;
        for (var row = 0; row < _boxes.Length; row++)
        {
            var box = _boxes[row];
            var words = Words(row);
            words.CopyTo(pixels[used..]);
            (boxes[CropRoom.BoxNumbers * row], boxes[CropRoom.BoxNumbers * row + 1]) = (used, box.Width);
            (boxes[CropRoom.BoxNumbers * row + 2], boxes[CropRoom.BoxNumbers * row + 3]) = (box.Height, box.Flip ? 1 : 0);
            used += words.Length;
        }

        return used;
    }

    /// <summary>The bytes of a row to fill, from the start of a new word on each line.</summary>
    internal Span<byte> Begin(int row, int width, int height, bool flip)
    {
        _boxes[row] = new CropBox(0, 0, width, height, flip);
        return MemoryMarshal.AsBytes(Words(row));
    }

    /// <summary>Takes the pixels of a row into a picture of their own.</summary>
    internal void Read(int row, PixelBuffer target)
    {
        var box = _boxes[row];
        var bytes = MemoryMarshal.AsBytes(Words(row));
        var pixels = target.Reserve(box.Width, box.Height);
        var stride = 4 * CropRoom.RowWords(box.Width);
        for (var y = 0; y < box.Height; y++) bytes.Slice(y * stride, 3 * box.Width).CopyTo(pixels.AsSpan(3 * box.Width * y));
    }

    private Span<int> Words(int row) => _words.AsSpan(row * Room.Words, CropRoom.RowWords(_boxes[row].Width) * _boxes[row].Height);
}
