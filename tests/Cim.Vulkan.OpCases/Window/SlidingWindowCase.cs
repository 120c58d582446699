using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Window;

/// <summary>Sliding-window normalization: odd and even windows, up to as large as the border allows, per channel and pooled; flat images.</summary>
public sealed class SlidingWindowCase : IOpCases
{
    private static readonly (Shape Images, int Window)[] Sizes =
    {
        (new(1, 1, 1, 1), 1), (new(2, 3, 5, 7), 1), (new(1, 1, 2, 2), 2), (new(1, 3, 2, 2), 3), (new(2, 3, 5, 7), 2), (new(2, 3, 5, 7), 3),
        (new(1, 2, 5, 5), 8), (new(2, 3, 8, 8), 8), (new(1, 3, 9, 17), 8), (new(1, 1, 16, 13), 5), (new(2, 2, 6, 31), 4),
        (new(1, 3, 12, 12), 7), (new(1, 3, 32, 32), 8), (new(1, 1, 65, 9), 16),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((Shape images, int window) in Sizes)
            foreach (bool pooled in new[] { false, true })
            {
                yield return Case(images, window, pooled, "", CaseInput.Uniform("images", images, 0f, 1f, differentiated: false), 1e-6f);
                CaseInput faint = CaseInput.Uniform("images", images, 0.9f, 0.901f, differentiated: false);
                yield return Case(images, window, pooled, " faint texture", faint, 1e-6f) with { Tolerance = 1e-4 };
            }
        yield return Constant(new Shape(2, 3, 11, 9), 8, pooled: false);
        yield return Constant(new Shape(2, 1, 11, 9), 5, pooled: true);
        var batch = new Shape(8, 3, 64, 64);
        yield return Case(batch, 8, false, "", CaseInput.Uniform("images", batch, 0f, 1f, differentiated: false), 1e-6f) with { IsBenchmark = true };
    }

    private static OpCase Constant(Shape images, int window, bool pooled) =>
        Case(images, window, pooled, " constant", CaseInput.Normal("images", images, 0f, 0.7f, differentiated: false), 1e-6f) with
        {
            Reference = values => new[] { new double[values[0].Length] },
            IsExact = true,
        };

    private static OpCase Case(Shape images, int window, bool pooled, string suffix, CaseInput operand, float epsilon) =>
        new("sliding_window_normalize", $"{Walk.NameOf(images)} window {window}{(pooled ? " pooled" : "")}{suffix}", new[] { operand },
            tensors => new[] { tensors[0].SlidingWindowNormalize(window, epsilon, pooled) },
            values => new[] { Reference(values[0], images, window, epsilon, pooled) })
        {
            GradientTolerance = 0,
        };

    private static double[] Reference(double[] images, Shape shape, int window, double epsilon, bool pooled)
    {
        int channels = shape[1], height = shape[2], width = shape[3];
        var result = new double[images.Length];
        for (int i = 0; i < images.Length; i++)
        {
            int x = i % width, y = i / width % height, plane = i / (width * height), image = plane / channels;
            var box = new List<double>();
            for (int other = pooled ? image * channels : plane; other <= (pooled ? (image * channels) + channels - 1 : plane); other++)
                for (int dy = -(window / 2); dy < window - (window / 2); dy++)
                    for (int dx = -(window / 2); dx < window - (window / 2); dx++)
                        box.Add(images[(((other * height) + Mirrored(y + dy, height)) * width) + Mirrored(x + dx, width)]);
            double mean = box.Average();
            result[i] = (images[i] - mean) / Math.Sqrt(box.Average(v => (v - mean) * (v - mean)) + epsilon);
        }
        return result;
    }

    private static int Mirrored(int position, int size) => position < 0 ? -position : position >= size ? (2 * (size - 1)) - position : position;
}
