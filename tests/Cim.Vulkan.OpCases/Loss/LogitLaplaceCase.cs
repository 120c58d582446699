using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Loss;

/// <summary>The logit-Laplace likelihood, its mean image, and the pixel maps around it.</summary>
public sealed class LogitLaplaceCase : IOpCases
{
    private static readonly Shape[] Shapes =
    {
        new(1, 1, 1, 1), new(1, 3, 1, 1), new(2, 3, 3, 5), new(3, 1, 7, 9), new(2, 2, 8, 8), new(1, 3, 17, 4), new(5, 3, 4, 4), new(2, 3, 11, 11),
    };


    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape images in Shapes)
        {
            yield return Loss(images);
            yield return Terms(images);
            yield return MeanImage(images);
            yield return MapPixels(images);
            yield return UnmapPixels(images);
        }
        yield return Loss(new Shape(16, 3, 64, 64)) with { IsBenchmark = true, DifferenceCount = 3 };
    }

    private static OpCase Loss(Shape images) =>
        new("logit_laplace", $"{Walk.NameOf(images)} mean", Operands(images), tensors => new[] { tensors[0].LogitLaplaceLoss(tensors[1]) },
            values => new[] { new[] { Reference(values[0], values[1], (int)images.Stride(0)).Average() } });

    private static OpCase Terms(Shape images) =>
        new("logit_laplace", $"{Walk.NameOf(images)} weighted", Operands(images),
            tensors => new[] { tensors[0].Graph.Add(new LogitLaplaceOp(tensors[0], tensors[1])).Output },
            values => new[] { Reference(values[0], values[1], (int)images.Stride(0)) });

    private static OpCase MeanImage(Shape images)
    {
        int plane = (int)images.Stride(0);
        CaseInput statistics = CaseInput.Normal("statistics", images.With(1, 2 * images[1]), 3f, differentiated: false);
        return new OpCase("laplace_mean_image", Walk.NameOf(images), new[] { statistics },
            tensors => new[] { tensors[0].LaplaceMeanImage() },
            values => new[] { Enumerable.Range(0, (int)images.Count).Select(i => Unmapped(1 / (1 + Math.Exp(-values[0][i + (i / plane * plane)])))).ToArray() })
        {
            GradientTolerance = 0,
        };
    }

    private static OpCase MapPixels(Shape images) =>
        new("map_pixels", Walk.NameOf(images), new[] { CaseInput.Uniform("images", images, 0f, 1f) }, tensors => new[] { tensors[0].MapPixels() },
            values => new[] { values[0].Select(x => (0.8 * x) + 0.1).ToArray() });

    private static OpCase UnmapPixels(Shape images) =>
        new("unmap_pixels", Walk.NameOf(images), new[] { Walk.NormalAwayFrom("images", images, 0.05f, 0.1f, 0.9f) },
            tensors => new[] { tensors[0].UnmapPixels() }, values => new[] { values[0].Select(Unmapped).ToArray() });

    // Locations keep their distance from the pixels' logits, where the likelihood has a kink; scales are such that the mean is not near 0.
    private static CaseInput[] Operands(Shape images)
    {
        CaseInput pixels = CaseInput.Uniform("images", images, 0.1f, 0.9f, differentiated: false);
        CaseInput gap = Walk.NormalAwayFrom("gap", images, 0.05f, 0f), logScale = CaseInput.Normal("log scale", images, 0.5f, 1f);
        int plane = (int)images.Stride(0);
        var statistics = new float[2 * images.Count];
        for (int i = 0; i < images.Count; i++)
        {
            int at = i + (i / plane * plane);
            float x = pixels.Floats![i];
            statistics[at] = (float)Math.Log(x / (1 - x)) + gap.Floats![i];
            statistics[at + plane] = logScale.Floats![i];
        }
        return new[] { CaseInput.Of("statistics", images.With(1, 2 * images[1]), statistics), pixels };
    }

    private static double[] Reference(double[] statistics, double[] images, int plane) => images.Select((x, i) =>
    {
        double mu = statistics[i + (i / plane * plane)], scale = Math.Exp(statistics[i + (i / plane * plane) + plane]);
        return -Math.Log(1 / (2 * scale * x * (1 - x)) * Math.Exp(-Math.Abs(Math.Log(x / (1 - x)) - mu) / scale));
    }).ToArray();

    private static double Unmapped(double x) => Math.Min(Math.Max((x - 0.1) / 0.8, 0), 1);
}
