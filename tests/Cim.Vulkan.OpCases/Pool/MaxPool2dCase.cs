using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Pool;

/// <summary>Cases of <c>max_pool2d</c>.</summary>
public sealed class MaxPool2dCase : IOpCases
{
    /// <summary>Planes, height, width, kernel size and stride of pooling cases.</summary>
    internal static readonly (int Batch, int Channels, int Height, int Width, int Kernel, int Stride)[] Forms =
    {
        (1, 1, 1, 1, 1, 1), (1, 1, 2, 2, 2, 2), (2, 3, 4, 6, 2, 2), (1, 3, 7, 5, 2, 2), (2, 1, 7, 7, 3, 2), (1, 2, 9, 8, 3, 1), (1, 5, 8, 3, 3, 3),
        (3, 1, 17, 9, 5, 2),
        (1, 1, 5, 5, 5, 1), (1, 2, 6, 6, 2, 3), (2, 2, 10, 7, 4, 3), (1, 7, 31, 3, 2, 1), (1, 1, 33, 17, 3, 2), (2, 4, 8, 8, 2, 2),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int batch, int channels, int height, int width, int kernel, int stride) in Forms)
            for (int padding = 0; padding <= kernel / 2; padding++)
                yield return Case(new Shape(batch, channels, height, width), kernel, stride, padding);
        yield return Ties();
        yield return Case(new Shape(1, 64, 56, 56), 2, 2, 0) with { IsBenchmark = true };
        yield return Case(new Shape(1, 16, 112, 112), 3, 2, 1) with { IsBenchmark = true };
    }

    private static OpCase Case(Shape shape, int kernel, int stride, int padding) =>
        new("max_pool2d", $"{shape} kernel {kernel} stride {stride} padding {padding}", new[] { CaseInput.Of("x", shape, Distinct((int)shape.Count)) },
            inputs => new[] { inputs[0].MaxPool2d(kernel, stride, padding) },
            values => new[] { Pooled(values[0], shape, kernel, stride, padding) })
        { IsExact = true };

    // Equal values have no gradient that differences could check; that the sum of gradients is right is checked by shifting all of them.
    private static OpCase Ties()
    {
        var shape = new Shape(1, 1, 6, 6);
        return new OpCase("max_pool2d", "ties",
            new[] { CaseInput.Of("x", shape, new float[36], differentiated: false), CaseInput.Normal("shift", new Shape(1)) },
            tensors => new[] { tensors[0].Add(tensors[1]).MaxPool2d(3, 2, 1) },
            values =>
            {
                double[] shifted = Array.ConvertAll(values[0], value => value + values[1][0]);
                return new[] { Pooled(shifted, shape, 3, 2, 1) };
            });
    }

    // All values differ by more than any difference step, in an order that looks random.
    private static float[] Distinct(int count)
    {
        var values = new float[count];
        int step = 1;
        for (int candidate = (int)(count * 0.618); candidate > 1; candidate--)
            if (Divisor(candidate, count) == 1)
            {
                step = candidate;
                break;
            }
        for (int i = 0; i < count; i++) values[i] = (((long)i * step % count) - (count / 2)) / 64f;
        return values;
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);

    private static double[] Pooled(double[] x, Shape shape, int kernel, int stride, int padding)
    {
        int height = shape[2], width = shape[3];
        int outHeight = ((height + (2 * padding) - kernel) / stride) + 1, outWidth = ((width + (2 * padding) - kernel) / stride) + 1;
        var y = new double[shape[0] * shape[1] * outHeight * outWidth];
        for (int i = 0; i < y.Length; i++)
        {
            int plane = i / (outHeight * outWidth), top = (i / outWidth % outHeight * stride) - padding, left = (i % outWidth * stride) - padding;
            y[i] = double.NegativeInfinity;
            for (int iy = Math.Max(top, 0); iy < Math.Min(top + kernel, height); iy++)
                for (int ix = Math.Max(left, 0); ix < Math.Min(left + kernel, width); ix++)
                    y[i] = Math.Max(y[i], x[(((plane * height) + iy) * width) + ix]);
        }
        return y;
    }
}
