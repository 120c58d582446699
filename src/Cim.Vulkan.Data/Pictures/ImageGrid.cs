using System;
using NetVips;

namespace Cim.Vulkan.Data;

/// <summary>A grid of pictures of one size, written as a PNG: what a training run shows of itself.</summary>
public sealed class ImageGrid
{
    private const byte SeparatorGray = 255;

    private readonly int _rows, _columns, _cellWidth, _cellHeight, _separator;
    private readonly byte[] _pixels;

    /// <summary>Creates a grid of black cells of the given size in pixels, with white lines of <paramref name="separator"/> pixels between them.</summary>
    public ImageGrid(int rows, int columns, int cellWidth, int cellHeight, int separator = 2)
    {
        if (rows < 1 || columns < 1 || cellWidth < 1 || cellHeight < 1 || separator < 0)
            throw new ArgumentException($"grid: {rows}x{columns} cells of {cellWidth}x{cellHeight} pixels with {separator} between them is no picture");
        (_rows, _columns, _cellWidth, _cellHeight, _separator) = (rows, columns, cellWidth, cellHeight, separator);
        Width = checked(columns * cellWidth + (columns - 1) * separator);
        Height = checked(rows * cellHeight + (rows - 1) * separator);
        _pixels = new byte[checked(3 * Width * Height)];
        DrawSeparators();
    }

    /// <summary>Width of the whole in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the whole in pixels.</summary>
    public int Height { get; }

    /// <summary>
    /// Puts a picture [3, height, width] with values in [0, 1] into a cell; values outside are clamped, not-a-number is black. A picture
    /// smaller than the cell by a whole factor is enlarged by repeating pixels.
    /// </summary>
    public void SetImage(int row, int column, ReadOnlySpan<float> planes, int width, int height)
    {
        if (planes.Length != 3 * width * height)
            throw new ArgumentException($"grid: expected [3, {height}, {width}] = {3 * width * height} values, got {planes.Length}");
        CheckFits(row, column, width, height);
        var plane = width * height;
        for (var y = 0; y < _cellHeight; y++)
        {
            for (var x = 0; x < _cellWidth; x++)
            {
                var source = y * height / _cellHeight * width + x * width / _cellWidth;
                SetPixel(row, column, x, y, planes[source], planes[plane + source], planes[2 * plane + source]);
            }
        }
    }

    /// <summary>Puts values [height, width] in [0, 1] into a cell in the colours of <see cref="HeatMap"/>, enlarged by repeating.</summary>
    public void SetHeatMap(int row, int column, ReadOnlySpan<float> values, int width, int height)
    {
        if (values.Length != width * height) throw new ArgumentException($"grid: expected [{height}, {width}] = {width * height} values, got {values.Length}");
        CheckFits(row, column, width, height);
        for (var y = 0; y < _cellHeight; y++)
        {
            for (var x = 0; x < _cellWidth; x++)
            {
                var (red, green, blue) = HeatMap.Color(values[y * height / _cellHeight * width + x * width / _cellWidth]);
                SetPixel(row, column, x, y, red, green, blue);
            }
        }
    }

    /// <summary>The grid as the bytes of a PNG file.</summary>
    public byte[] ToPng()
    {
        VipsRuntime.Ensure();
        using var image = Image.NewFromMemory(_pixels, Width, Height, 3, Enums.BandFormat.Uchar);
        using var colour = image.Copy(interpretation: Enums.Interpretation.Srgb);
        return colour.PngsaveBuffer(compression: 6);
    }

    private void CheckFits(int row, int column, int width, int height)
    {
        if (row < 0 || row >= _rows || column < 0 || column >= _columns)
            throw new ArgumentException($"grid: cell ({row}, {column}) is outside of {_rows}x{_columns}");
        if (_cellWidth % width != 0 || _cellHeight % height != 0)
            throw new ArgumentException($"grid: {width}x{height} does not divide the cell of {_cellWidth}x{_cellHeight} pixels");
    }

    private void SetPixel(int row, int column, int x, int y, float red, float green, float blue)
    {
        var line = row * (_cellHeight + _separator) + y;
        var at = 3 * (line * Width + column * (_cellWidth + _separator) + x);
        (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = (ToByte(red), ToByte(green), ToByte(blue));
    }

    private static byte ToByte(float value) => float.IsNaN(value) ? (byte)0 : (byte)Math.Round(Math.Clamp(value, 0f, 1f) * 255);

    private void DrawSeparators()
    {
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                if (y % (_cellHeight + _separator) < _cellHeight && x % (_cellWidth + _separator) < _cellWidth) continue;
                _pixels.AsSpan(3 * (y * Width + x), 3).Fill(SeparatorGray);
            }
        }
    }
}
