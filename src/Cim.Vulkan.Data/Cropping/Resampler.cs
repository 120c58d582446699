using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Cim.Vulkan.Data;

/// <summary>
/// Resamples the crop of a picture to planar float RGB in [0, 1]. Rows first, then columns, in float without rounding in between. Keeps
/// its scratch memory: one instance per thread.
/// </summary>
public sealed class Resampler
{
    /// <summary>Four floats are loaded where three are used.</summary>
    private const int Slack = 4;

    private readonly ResampleAxis _rows = new(), _columns = new();
    private byte[] _mirrored = [];
    private float[] _line = [];

    /// <summary>Resamples <paramref name="box"/> of <paramref name="picture"/> into <paramref name="planes"/> [3, height, width], values in [0, 1].</summary>
    /// <exception cref="ArgumentException">The destination has the wrong length or the box is empty.</exception>
    public void Resample(PixelBuffer picture, in CropBox box, int width, int height, ResampleKernel kernel, Span<float> planes)
    {
        if (planes.Length != 3 * width * height)
            throw new ArgumentException($"planes: expected [3, {height}, {width}] = {3 * width * height} values, got {planes.Length}");
        if (box.Width < 1 || box.Height < 1) throw new ArgumentException($"box: {box.Width}x{box.Height} is empty");
        var inside = BoxPixels.IsInside(picture, box);
        var source = inside ? picture.Pixels[(3 * (box.Top * picture.Width + box.Left))..] : Mirror(picture, box);
        var rowBytes = 3 * (inside ? picture.Width : box.Width);
        _rows.Prepare(box.Height, height, kernel);
        _columns.Prepare(box.Width, width, kernel);
        if (_line.Length < 3 * box.Width + Slack) _line = new float[3 * box.Width + Slack];
        var line = _line.AsSpan(0, 3 * box.Width + Slack);
        for (var y = 0; y < height; y++)
        {
            MixRows(source, rowBytes, _rows.Start(y), _rows.Taps(y), line[..(3 * box.Width)]);
            MixColumns(line, width, box.Flip, planes[(y * width)..], width * height);
        }
    }

    /// <summary>line[x] = sum of weight[r] * source[start + r, x] over the rows r.</summary>
    private static void MixRows(ReadOnlySpan<byte> source, int rowBytes, int start, ReadOnlySpan<float> weights, Span<float> line)
    {
        line.Clear();
        for (var tap = 0; tap < weights.Length; tap++)
        {
            var row = source.Slice((start + tap) * rowBytes, line.Length);
            var weight = Vector128.Create(weights[tap]);
            var x = 0;
            for (; x <= line.Length - Vector128<byte>.Count; x += Vector128<byte>.Count)
            {
                var bytes = Vector128.Create(row.Slice(x, Vector128<byte>.Count));
                var (low, high) = Vector128.Widen(bytes);
                AddWeighted(low, weight, line.Slice(x, 8));
                AddWeighted(high, weight, line.Slice(x + 8, 8));
            }

            for (; x < line.Length; x++) line[x] += weights[tap] * row[x];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddWeighted(Vector128<ushort> values, Vector128<float> weight, Span<float> target)
    {
        var (low, high) = Vector128.Widen(values);
        ref var first = ref MemoryMarshal.GetReference(target);
        (Vector128.LoadUnsafe(ref first) + weight * Vector128.ConvertToSingle(low.AsInt32())).StoreUnsafe(ref first);
        (Vector128.LoadUnsafe(ref first, 4) + weight * Vector128.ConvertToSingle(high.AsInt32())).StoreUnsafe(ref first, 4);
    }

    /// <summary>One output row: each pixel mixes its taps of the interleaved line, is clamped (the filters overshoot) and split into planes.</summary>
    private void MixColumns(ReadOnlySpan<float> line, int width, bool flip, Span<float> planes, int planeSize)
    {
        ref var first = ref MemoryMarshal.GetReference(line);
        for (var x = 0; x < width; x++)
        {
            var weights = _columns.Taps(x);
            var start = 3 * _columns.Start(x);
            // The bound of the unchecked loads below: the last one ends at most Slack - 3 floats behind the line.
            _ = line[start + 3 * weights.Length];
            var sum = Vector128<float>.Zero;
            for (var tap = 0; tap < weights.Length; tap++)
                sum += weights[tap] * Vector128.LoadUnsafe(ref first, (nuint)(start + 3 * tap));
            sum = Vector128.Min(Vector128.Max(sum * (1f / 255), Vector128<float>.Zero), Vector128<float>.One);
            var target = flip ? width - 1 - x : x;
            planes[target] = sum[0];
            planes[planeSize + target] = sum[1];
            planes[2 * planeSize + target] = sum[2];
        }
    }

    private ReadOnlySpan<byte> Mirror(PixelBuffer picture, in CropBox box)
    {
        var bytes = checked(3 * box.Width * box.Height);
        if (_mirrored.Length < bytes) _mirrored = new byte[bytes];
        BoxPixels.Copy(picture, box, _mirrored, 3 * box.Width);
        return _mirrored.AsSpan(0, bytes);
    }
}
