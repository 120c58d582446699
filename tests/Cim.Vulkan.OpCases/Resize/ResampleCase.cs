using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Resize;

/// <summary>Cases of <c>upsample_bilinear</c> and <c>upsample_bicubic</c>: up, down, by whole and by odd ratios.</summary>
public sealed class ResampleCase : IOpCases
{
    private static readonly (int Batch, int Channels, int Height, int Width, int NewHeight, int NewWidth)[] Forms =
    {
        (1, 1, 1, 1, 1, 1), (1, 1, 1, 1, 4, 3), (1, 2, 2, 2, 4, 4), (2, 1, 3, 5, 6, 10), (1, 3, 4, 4, 16, 16), (1, 1, 7, 3, 9, 31), (2, 2, 5, 5, 5, 5),
        (1, 1, 5, 5, 7, 3),
        (1, 1, 8, 8, 4, 4), (1, 2, 9, 7, 3, 2), (1, 1, 31, 17, 5, 3), (1, 1, 17, 31, 1, 1), (3, 1, 2, 3, 17, 19), (1, 1, 10, 6, 11, 7), (1, 1, 16, 16, 15, 15),
        (1, 1, 3, 64, 3, 65), (1, 5, 4, 3, 8, 2), (1, 1, 64, 2, 13, 33), (2, 3, 6, 6, 12, 12), (1, 1, 1, 9, 5, 4),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int batch, int channels, int height, int width, int newHeight, int newWidth) in Forms)
        {
            yield return Case(new Shape(batch, channels, height, width), newHeight, newWidth, isCubic: false);
            yield return Case(new Shape(batch, channels, height, width), newHeight, newWidth, isCubic: true);
        }
        yield return Case(new Shape(1, 3, 112, 112), 224, 224, isCubic: false) with { IsBenchmark = true };
        yield return Case(new Shape(1, 3, 224, 224), 112, 112, isCubic: true) with { IsBenchmark = true };
    }

    private static OpCase Case(Shape shape, int newHeight, int newWidth, bool isCubic) =>
        new(isCubic ? "upsample_bicubic" : "upsample_bilinear", $"{shape} to {newHeight}x{newWidth}", new[] { CaseInput.Normal("x", shape) },
            inputs => new[] { isCubic ? inputs[0].UpsampleBicubic(newHeight, newWidth) : inputs[0].UpsampleBilinear(newHeight, newWidth) },
            values => new[] { Resized(values[0], shape, newHeight, newWidth, isCubic) });

    // As a product of two interpolation matrices, one an axis.
    private static double[] Resized(double[] x, Shape shape, int newHeight, int newWidth, bool isCubic)
    {
        int planes = shape[0] * shape[1], height = shape[2], width = shape[3];
        double[,] rows = Matrix(height, newHeight, isCubic), columns = Matrix(width, newWidth, isCubic);
        var lines = new double[planes * height * newWidth];
        for (int line = 0; line < planes * height; line++)
            for (int ox = 0; ox < newWidth; ox++)
                for (int ix = 0; ix < width; ix++) lines[(line * newWidth) + ox] += columns[ox, ix] * x[(line * width) + ix];
        var y = new double[planes * newHeight * newWidth];
        for (int plane = 0; plane < planes; plane++)
            for (int oy = 0; oy < newHeight; oy++)
                for (int iy = 0; iy < height; iy++)
                    for (int ox = 0; rows[oy, iy] != 0 && ox < newWidth; ox++)
                        y[(((plane * newHeight) + oy) * newWidth) + ox] += rows[oy, iy] * lines[(((plane * height) + iy) * newWidth) + ox];
        return y;
    }

    private static double[,] Matrix(int length, int newLength, bool isCubic)
    {
        var matrix = new double[newLength, length];
        for (int o = 0; o < newLength; o++)
        {
            double centre = ((o + 0.5) * length / newLength) - 0.5;
            if (!isCubic) centre = Math.Max(centre, 0);
            int below = (int)Math.Floor(centre);
            for (int tap = isCubic ? below - 1 : below; tap <= (isCubic ? below + 2 : below + 1); tap++)
            {
                double distance = Math.Abs(centre - tap);
                matrix[o, Math.Min(Math.Max(tap, 0), length - 1)] += isCubic ? Cubic(distance) : 1 - distance;
            }
        }
        return matrix;
    }

    // Keys 1981, with a = -0.75.
    private static double Cubic(double d)
    {
        const double a = -0.75;
        if (d <= 1) return ((a + 2) * d * d * d) - ((a + 3) * d * d) + 1;
        return d < 2 ? (a * d * d * d) - (5 * a * d * d) + (8 * a * d) - (4 * a) : 0;
    }
}
