using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Norm;

/// <summary>
/// Batch normalization: channels and places around the chunks that a channel is cut into, one element a place and one image, means far from 0, with and
/// without ReLU, by the batch's own statistics and by given ones.
/// </summary>
public sealed class BatchNormCase : IOpCases
{
    private static readonly Shape[] Shapes =
    {
        new(1, 3, 1, 5), new(1, 5, 2, 2), new(2, 4, 3, 3), new(3, 7, 5, 4), new(5, 2, 7, 7), new(33, 9, 1, 3), new(2, 65, 3, 5),
        new(4, 3, 9, 15), new(1, 2, 33, 31), new(2, 1, 64, 65), new(70, 2, 2, 3), new(2, 600, 2, 2),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape shape in Shapes)
            foreach (OpCase form in Forms.Both(Case(shape, 1e-5f, 0f, Activation.None)).Concat(Forms.Both(Statistics(shape, 0.5f)))) yield return form;
        foreach (Activation activation in new[] { Activation.None, Activation.Relu })
            foreach (OpCase form in Forms.Both(Given(new Shape(3, 7, 5, 4), activation))) yield return form;
        foreach (Shape shape in new Shape[] { new(3, 7, 5, 4), new(2, 3, 17, 9) })
            foreach (OpCase form in Forms.Both(Case(shape, 1e-5f, 0f, Activation.Relu))) yield return form;
        // Of two elements the result is 1 and -1 whatever they are, but for epsilon: a small one would leave no gradient to compare.
        foreach (Shape shape in new Shape[] { new(2, 1, 1, 1), new(2, 3, 1, 1), new(2, 5, 6, 7) })
            foreach (OpCase form in Forms.Both(Case(shape, 0.5f, 0f, Activation.None)).Concat(Forms.Both(Statistics(shape, 0.25f)))) yield return form;
        // A mean far from 0 costs a careless variance all its digits; float32 inputs around 1000 themselves carry an error of 6e-5.
        foreach (OpCase form in Forms.Both(Case(new Shape(4, 3, 9, 15), 1e-6f, 1000f, Activation.None) with { Tolerance = 2e-4 })) yield return form;
        foreach (OpCase form in Forms.Both(Statistics(new Shape(4, 3, 9, 15), 1000f) with { Tolerance = 1e-4 })) yield return form;
        yield return Case(new Shape(4, 64, 56, 56), 1e-5f, 0f, Activation.None) with { IsBenchmark = true, DifferenceCount = 1 };
        yield return Case(new Shape(4, 1024, 7, 7), 1e-5f, 0f, Activation.None) with { IsBenchmark = true, DifferenceCount = 1 };
    }

    private static OpCase Case(Shape shape, float epsilon, float offset, Activation activation) =>
        new("batch_norm", $"{Walk.NameOf(shape)} epsilon {epsilon}{NameOf(activation)}{(offset == 0f ? "" : $" around {offset}")}", Operands(shape, offset),
            tensors => new[] { tensors[0].BatchNorm(tensors[1], tensors[2], epsilon, activation).Output },
            values => new[] { Reference(values, shape, epsilon, activation)[0] })
        {
            DifferenceStep = activation == Activation.Relu ? 1e-7 : 1e-5,
        };

    // Mean and unbiased variance go into running averages, through which no gradient flows.
    private static OpCase Statistics(Shape shape, float offset) =>
        new("batch_norm_statistics", $"{Walk.NameOf(shape)} around {offset}", Operands(shape, offset),
            tensors =>
            {
                BatchNormResult result = tensors[0].BatchNorm(tensors[1], tensors[2]);
                return new[] { result.Mean, result.UnbiasedVariance };
            },
            values => Reference(values, shape, 1e-5, Activation.None).Skip(1).ToArray())
        {
            GradientTolerance = 0,
        };

    private static OpCase Given(Shape shape, Activation activation)
    {
        var vector = new Shape(shape[1]);
        return new OpCase("batch_norm", $"{Walk.NameOf(shape)} given statistics{NameOf(activation)}",
            Operands(shape, 0.5f).Append(CaseInput.Normal("mean", vector, differentiated: false)).Append(CaseInput.Uniform("variance", vector, 0.5f, 2f, differentiated: false)).ToArray(),
            tensors => new[] { tensors[0].BatchNorm(tensors[1], tensors[2], tensors[3], tensors[4], 1e-3f, activation) },
            values => new[] { Normalized(values[0], values[1], values[2], values[3], values[4], shape, 1e-3f, activation) })
        {
            DifferenceStep = activation == Activation.Relu ? 1e-7 : 1e-5,
        };
    }

    private static CaseInput[] Operands(Shape shape, float offset) => new[]
    {
        CaseInput.Normal("x", shape, offset: offset), CaseInput.Normal("weight", new Shape(shape[1]), 0.5f, 1f), CaseInput.Normal("bias", new Shape(shape[1])),
    };

    private static string NameOf(Activation activation) => activation == Activation.None ? "" : $" {activation.ToString().ToLowerInvariant()}";

    /// <summary>Output, mean and unbiased variance.</summary>
    internal static double[][] Reference(double[][] values, Shape shape, double epsilon, Activation activation)
    {
        double[] x = values[0], mean = new double[shape[1]], variance = new double[shape[1]];
        double count = shape.Count / shape[1];
        for (int i = 0; i < x.Length; i++) mean[ChannelOf(i, shape)] += x[i] / count;
        for (int i = 0; i < x.Length; i++) variance[ChannelOf(i, shape)] += Math.Pow(x[i] - mean[ChannelOf(i, shape)], 2) / count;
        double[] unbiased = Array.ConvertAll(variance, value => value * count / (count - 1));
        return new[] { Normalized(x, values[1], values[2], mean, variance, shape, epsilon, activation), mean, unbiased };
    }

    internal static double[] Normalized(
        double[] x, double[] weight, double[] bias, double[] mean, double[] variance, Shape shape, double epsilon, Activation activation)
    {
        var result = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int channel = ChannelOf(i, shape);
            double value = ((x[i] - mean[channel]) / Math.Sqrt(variance[channel] + epsilon) * weight[channel]) + bias[channel];
            result[i] = activation == Activation.Relu ? Math.Max(value, 0.0) : value;
        }
        return result;
    }

    private static int ChannelOf(int index, Shape shape) => index / (shape[2] * shape[3]) % shape[1];
}
