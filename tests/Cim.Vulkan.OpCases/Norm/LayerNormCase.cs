using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Norm;

/// <summary>
/// Layer normalization: row lengths around a workgroup and its thresholds, row counts around a subgroup and the chunks of the weight gradient.
/// </summary>
public sealed class LayerNormCase : IOpCases
{
    private static readonly Shape[] Shapes =
    {
        new(3, 2), new(1, 7), new(7, 3), new(8, 17), new(9, 31), new(16, 32), new(17, 33), new(5, 63), new(5, 64), new(5, 65), new(3, 127), new(3, 128),
        new(3, 129), new(2, 511), new(2, 512), new(2, 513), new(65, 24), new(33, 96), new(1100, 8), new(600, 16),
        new(7), new(2, 5, 12), new(2, 3, 4, 6), new(40, 192),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in Shapes)
            foreach (OpCase form in Forms.Both(Case(shape, 1e-5f, 0f)))
                yield return form;
        foreach (OpCase form in Forms.Both(Case(new Shape(9, 48), 0.5f, 0f))) yield return form;
        // A mean far from 0 costs a careless variance all its digits; float32 inputs around 50 themselves carry an error of 4e-6.
        foreach (OpCase form in Forms.Both(Case(new Shape(9, 48), 1e-6f, 50f) with { Tolerance = 5e-5 })) yield return form;
        yield return Case(new Shape(8, 197, 384), 1e-6f, 0f) with { IsBenchmark = true, DifferenceCount = 2 };
        yield return Case(new Shape(64, 64, 96), 1e-6f, 0f) with { IsBenchmark = true, DifferenceCount = 2 };
    }

    private static OpCase Case(Shape shape, float epsilon, float offset)
    {
        int length = shape[-1];
        return new OpCase("layer_norm", $"{Walk.NameOf(shape)} epsilon {epsilon}{(offset == 0f ? "" : $" around {offset}")}",
            new[]
            {
                CaseInput.Normal("input", shape, offset: offset), CaseInput.Normal("weight", new Shape(length), 0.5f, 1f),
                CaseInput.Normal("bias", new Shape(length)),
            },
            tensors => new[] { tensors[0].LayerNorm(tensors[1], tensors[2], epsilon) },
            values => new[] { Reference(values[0], values[1], values[2], length, epsilon) });
    }

    private static double[] Reference(double[] input, double[] weight, double[] bias, int length, double epsilon)
    {
        var result = new double[input.Length];
        for (int first = 0; first < input.Length; first += length)
        {
            double mean = input.Skip(first).Take(length).Average();
            double variance = input.Skip(first).Take(length).Average(x => (x - mean) * (x - mean));
            for (int i = 0; i < length; i++) result[first + i] = ((input[first + i] - mean) / Math.Sqrt(variance + epsilon) * weight[i]) + bias[i];
        }
        return result;
    }
}
