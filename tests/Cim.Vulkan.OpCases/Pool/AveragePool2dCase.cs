using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Pool;

/// <summary>Cases of <c>average_pool2d</c>, <c>global_average_pool</c> and <c>upsample_nearest</c>.</summary>
public sealed class AveragePool2dCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int batch, int channels, int height, int width, int kernel, int stride) in MaxPool2dCase.Forms)
        {
            var shape = new Shape(batch, channels, height, width);
            yield return Average(shape, kernel, stride);
            yield return Global(shape);
            if (height * width < 100)
                for (int factor = 1; factor <= 4; factor++) yield return Nearest(shape, factor);
        }
        yield return Average(new Shape(1, 64, 56, 56), 2, 2) with { IsBenchmark = true };
        yield return Global(new Shape(4, 256, 14, 14)) with { IsBenchmark = true };
        yield return Nearest(new Shape(1, 64, 28, 28), 2) with { IsBenchmark = true };
    }

    private static OpCase Average(Shape shape, int kernel, int stride) =>
        new("average_pool2d", $"{shape} kernel {kernel} stride {stride}", new[] { CaseInput.Normal("x", shape) },
            inputs => new[] { inputs[0].AveragePool2d(kernel, stride) },
            values => new[] { Averaged(values[0], shape, kernel, stride) });

    private static OpCase Global(Shape shape) =>
        new("global_average_pool", $"{shape}", new[] { CaseInput.Normal("x", shape) },
            inputs => new[] { inputs[0].GlobalAveragePool() },
            values =>
            {
                int pixels = shape[2] * shape[3];
                var y = new double[shape[0] * shape[1]];
                for (int i = 0; i < values[0].Length; i++) y[i / pixels] += values[0][i] / pixels;
                return new[] { y };
            });

    private static OpCase Nearest(Shape shape, int factor) =>
        new("upsample_nearest", $"{shape} by {factor}", new[] { CaseInput.Normal("x", shape) },
            inputs => new[] { inputs[0].UpsampleNearest(factor) },
            values =>
            {
                int width = shape[3] * factor, height = shape[2] * factor;
                var y = new double[shape[0] * shape[1] * height * width];
                for (int i = 0; i < y.Length; i++)
                {
                    int plane = i / (height * width), row = i / width % height, column = i % width;
                    y[i] = values[0][(((plane * shape[2]) + (row / factor)) * shape[3]) + (column / factor)];
                }
                return new[] { y };
            })
        { IsExact = true };

    private static double[] Averaged(double[] x, Shape shape, int kernel, int stride)
    {
        int height = shape[2], width = shape[3], outHeight = ((height - kernel) / stride) + 1, outWidth = ((width - kernel) / stride) + 1;
        var y = new double[shape[0] * shape[1] * outHeight * outWidth];
        for (int i = 0; i < y.Length; i++)
        {
            int plane = i / (outHeight * outWidth), top = i / outWidth % outHeight * stride, left = i % outWidth * stride;
            for (int k = 0; k < kernel * kernel; k++) y[i] += x[(((plane * height) + top + (k / kernel)) * width) + left + (k % kernel)] / (kernel * kernel);
        }
        return y;
    }
}
