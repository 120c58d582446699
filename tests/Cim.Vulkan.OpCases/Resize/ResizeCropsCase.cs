using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Resize;

/// <summary>Cases of <c>resize_crops</c>: batches of crops of one and of many sizes, up and down, flipped and not, as long as is allowed and as small.</summary>
public sealed class ResizeCropsCase : IOpCases
{
    // Width, height, flip of each picture of a batch.
    private static readonly (int Size, (int Width, int Height, int Flip)[] Crops)[] Forms =
    {
        (1, [(1, 1, 0)]), (4, [(1, 1, 1), (4, 4, 0), (4, 4, 1)]), (7, [(2, 9, 0), (9, 2, 1), (3, 1, 1)]), (16, [(16, 16, 1), (5, 31, 0), (33, 8, 1), (64, 64, 0)]),
        (13, [(40, 17, 1), (39, 18, 0), (38, 19, 1), (37, 20, 0)]), (3, [(64, 1, 0), (1, 64, 1)]), (33, [(48, 47, 0), (32, 34, 1), (11, 12, 0), (64, 63, 1), (7, 5, 0)]),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (CropFilter filter in new[] { CropFilter.Bicubic, CropFilter.Lanczos })
        {
            foreach ((int size, (int, int, int)[] crops) in Forms) yield return Case(filter, size, 64, crops);
            int side = filter == CropFilter.Bicubic ? 224 : 112;
            yield return Case(filter, side, 768, [.. Enumerable.Range(0, 16).Select(i => (150 + (20 * i), 420 - (15 * i), i % 2))]) with { IsBenchmark = true };
        }
        // What the GPU form does on a CPU driver: wider workgroups than crops.
        yield return Case(CropFilter.Lanczos, 16, 64, [(5, 31, 0), (33, 8, 1)]) with { Profile = profile => profile with { IsCpu = false }, Variant = "gpu" };
    }

    private static OpCase Case(CropFilter filter, int size, int longestSide, (int Width, int Height, int Flip)[] crops)
    {
        var boxes = new List<int>();
        int words = 0;
        foreach ((int width, int height, int flip) in crops)
        {
            boxes.AddRange([words, width, height, flip]);
            words += RowWords(width) * height;
        }
        var pixels = new int[words];
        for (int i = 0; i < words; i++) pixels[i] = (int)Philox.Draw(41, (uint)i, 0, 0, (uint)size).X;
        string name = $"{filter.ToString().ToLowerInvariant()} {string.Join(" ", crops.Take(5).Select(crop => $"{crop.Width}x{crop.Height}{(crop.Flip != 0 ? "f" : "")}"))} to {size}";
        return new OpCase("resize_crops", name, new[] { CaseInput.Of("pixels", new Shape(words), pixels), CaseInput.Of("boxes", new Shape(crops.Length, 4), boxes.ToArray()) },
            inputs => new[] { inputs[0].ResizeCrops(inputs[1], size, filter, longestSide) },
            values => new[] { Enumerable.Range(0, crops.Length).SelectMany(picture => Resized(values[0], values[1].AsSpan(4 * picture, 4), size, filter)).ToArray() })
        {
            GradientTolerance = 0,
        };
    }

    private static int RowWords(int width) => ((3 * width) + 3) / 4;

    // As a product of two interpolation matrices, one an axis.
    private static double[] Resized(double[] pixels, ReadOnlySpan<double> box, int size, CropFilter filter)
    {
        (int first, int width, int height, bool flip) = ((int)box[0], (int)box[1], (int)box[2], box[3] != 0);
        double[,] rows = Matrix(height, size, filter), columns = Matrix(width, size, filter);
        var result = new double[3 * size * size];
        for (int channel = 0; channel < 3; channel++)
        {
            var lines = new double[height, size];
            for (int iy = 0; iy < height; iy++)
                for (int ox = 0; ox < size; ox++)
                    for (int ix = 0; ix < width; ix++) lines[iy, ox] += columns[ox, ix] * ByteAt(pixels, first + (iy * RowWords(width)), (3 * ix) + channel);
            for (int oy = 0; oy < size; oy++)
                for (int ox = 0; ox < size; ox++)
                {
                    double sum = 0;
                    for (int iy = 0; iy < height; iy++) sum += rows[oy, iy] * lines[iy, ox];
                    result[(((channel * size) + oy) * size) + (flip ? size - 1 - ox : ox)] = Math.Min(Math.Max(sum / 255, 0), 1);
                }
        }
        return result;
    }

    private static int ByteAt(double[] words, int row, int index) => (int)(((uint)(int)words[row + (index / 4)] >> (8 * (index % 4))) & 255);

    private static double[,] Matrix(int length, int newLength, CropFilter filter)
    {
        var matrix = new double[newLength, length];
        double scale = (double)length / newLength, stretch = Math.Max(scale, 1);
        for (int o = 0; o < newLength; o++)
        {
            double sum = 0;
            for (int i = 0; i < length; i++) sum += matrix[o, i] = Weight(Math.Abs((i + 0.5 - ((o + 0.5) * scale)) / stretch), filter);
            for (int i = 0; i < length; i++) matrix[o, i] /= sum;
        }
        return matrix;
    }

    // Keys 1981 with a = -0.5, and sinc(d) * sinc(d / 3).
    private static double Weight(double d, CropFilter filter)
    {
        const double a = -0.5;
        if (filter == CropFilter.Lanczos) return d < 3 ? Sinc(d) * Sinc(d / 3) : 0;
        if (d <= 1) return ((a + 2) * d * d * d) - ((a + 3) * d * d) + 1;
        return d < 2 ? (a * d * d * d) - (5 * a * d * d) + (8 * a * d) - (4 * a) : 0;
    }

    private static double Sinc(double d) => d == 0 ? 1 : Math.Sin(Math.PI * d) / (Math.PI * d);
}
