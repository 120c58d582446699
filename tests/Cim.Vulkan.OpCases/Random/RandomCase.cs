using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Random;

/// <summary>Random draws against the same generator on the host: noise, tokens, Gumbel-softmax and samples of a categorical distribution.</summary>
public sealed class RandomCase : IOpCases
{
    private static readonly (ulong Seed, uint Step)[] Keys = { (1, 0), (0x123456789ABCDEF0, 77), (ulong.MaxValue, uint.MaxValue) };
    private static readonly (int Rows, int Classes)[] Sizes = { (1, 1), (3, 2), (7, 4), (9, 5), (17, 31), (5, 127),
        (5, 128), (5, 129), (2, 513), (130, 16), (65, 7) };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((ulong seed, uint step) in Keys)
        {
            foreach (int count in new[] { 1, 3, 4, 5, 255, 256, 257, 1030 })
            {
                yield return Noise("uniform_noise", count, seed, step, (graph, shape) => graph.UniformNoise(shape), i => Unit(seed, step, i));
                yield return Noise("gumbel_noise", count, seed, step, (graph, shape) => graph.GumbelNoise(shape), i => Gumbel(Unit(seed, step, i)));
                yield return Noise("normal_noise", count, seed, step, (graph, shape) => graph.NormalNoise(shape), i => Normal(seed, step, i));
                yield return Tokens(count, seed, step, 256);
                yield return Tokens(count, seed, step, 8191);
            }
            foreach ((int rows, int classes) in Sizes)
                foreach (float temperature in new[] { 1f, 0.25f })
                    foreach (OpCase form in Forms.Both(Sample(rows, classes, seed, step, temperature)))
                        yield return form;
            foreach ((Shape shape, int axis) in new (Shape, int)[] { (new(3, 5), -1), (new(7, 33), -1), (new(2, 6, 3, 3), 1), (new(1, 64, 4, 4), 1) })
                yield return GumbelSoftmax(shape, axis, seed, step);
        }
        yield return Sample(1120, 256, 1, 0, 1f) with { IsBenchmark = true };
        yield return Noise("gumbel_noise", 32 * 256 * 64, 1, 0, (graph, shape) => graph.GumbelNoise(shape), i => Gumbel(Unit(1, 0, i))) with { IsBenchmark = true };
    }

    // The operand only carries the graph: its zeros are added to the noise.
    private static OpCase Noise(string name, int count, ulong seed, uint step, Func<TensorGraph, Shape, Tensor> build, Func<int, double> element) =>
        new(name, $"{count} seed {seed:x} step {step}", new[] { CaseInput.Of("zeros", new Shape(count), new float[count], differentiated: false) },
            tensors => new[] { tensors[0].Add(build(tensors[0].Graph, tensors[0].Shape)) },
            _ => new[] { Enumerable.Range(0, count).Select(element).ToArray() })
        {
            Scalars = Scalars(seed, step, 1f),
            GradientTolerance = 0,
        };

    private static OpCase Tokens(int count, ulong seed, uint step, int vocabularySize) =>
        new("random_tokens", $"{count} of {vocabularySize} seed {seed:x} step {step}", new[] { CaseInput.Of("zeros", new Shape(count), new int[count]) },
            tensors => new[] { tensors[0].Graph.SampleUniformTokens(tensors[0].Shape, vocabularySize) },
            _ => new[] { Enumerable.Range(0, count).Select(i => Token(Word(seed, step, (uint)i / 4, 0, i % 4), vocabularySize)).ToArray() })
        {
            Scalars = Scalars(seed, step, 1f),
            IsExact = true,
            GradientTolerance = 0,
        };

    private static OpCase Sample(int rows, int classes, ulong seed, uint step, float temperature) =>
        new("sample_categorical", $"{rows}x{classes} temperature {temperature} seed {seed:x} step {step}",
            new[] { CaseInput.Normal("logits", new Shape(rows, classes), 2f, differentiated: false) },
            tensors => new[] { tensors[0].SampleCategorical(temperature == 1f ? null : tensors[0].Graph.Scalars.Declare("temperature")) },
            values => new[] { Enumerable.Range(0, rows).Select(row => (double)Draw(values[0], row, classes, seed, step, temperature)).ToArray() })
        {
            Scalars = Scalars(seed, step, temperature),
            IsExact = true,
            GradientTolerance = 0,
        };

    private static OpCase GumbelSoftmax(Shape shape, int axis, ulong seed, uint step) =>
        new("gumbel_softmax", $"{Walk.NameOf(shape)} axis {axis} seed {seed:x} step {step}", new[] { CaseInput.Normal("logits", shape) },
            tensors => new[] { tensors[0].GumbelSoftmax(tensors[0].Graph.Scalars.Declare("temperature"), axis) },
            values => new[] { Relaxed(values[0], shape, axis, seed, step, 0.5) })
        {
            Scalars = Scalars(seed, step, 0.5f),
            Tolerance = 2e-5,
        };

    private static Dictionary<string, uint> Scalars(ulong seed, uint step, float temperature)
    {
        var scalars = new Dictionary<string, uint> { ["seed_low"] = (uint)seed, ["seed_high"] = (uint)(seed >> 32), ["step"] = step };
        if (temperature != 1f) scalars["temperature"] = BitConverter.SingleToUInt32Bits(temperature);
        return scalars;
    }

    private static int Draw(double[] logits, int row, int classes, ulong seed, uint step, double temperature)
    {
        int best = 0;
        double highest = double.NegativeInfinity;
        for (int i = 0; i < classes; i++)
        {
            double score = (logits[(row * classes) + i] / temperature) + Gumbel(Philox.ToUnit(Word(seed, step, (uint)row, (uint)i / 4, i % 4)));
            if (score > highest) (best, highest) = (i, score);
        }
        return best;
    }

    private static double[] Relaxed(double[] logits, Shape shape, int axis, ulong seed, uint step, double temperature)
    {
        int length = shape[axis], inner = (int)shape.Stride(axis);
        double[] weights = logits.Select((x, i) => Math.Exp((x + Gumbel(Unit(seed, step, i))) / temperature)).ToArray();
        return weights.Select((weight, i) =>
        {
            int first = (i / (length * inner) * length * inner) + (i % inner);
            return weight / Enumerable.Range(0, length).Sum(k => weights[first + (k * inner)]);
        }).ToArray();
    }

    private static double Token(uint word, int vocabularySize) => Math.Floor(word * (double)vocabularySize / 4294967296.0);

    private static double Gumbel(double u) => -Math.Log(-Math.Log(u));

    // Two units make two normal numbers: radius and angle of a point in the plane.
    private static double Normal(ulong seed, uint step, int index)
    {
        int first = index - (index % 2);
        double radius = Math.Sqrt(-2 * Math.Log(Unit(seed, step, first))), angle = 2 * Math.PI * Unit(seed, step, first + 1);
        return radius * (index % 2 == 0 ? Math.Cos(angle) : Math.Sin(angle));
    }

    private static double Unit(ulong seed, uint step, int index) => Philox.ToUnit(Word(seed, step, (uint)index / 4, 0, index % 4));

    // Every draw of these cases is the first of its graph: stream 0.
    private static uint Word(ulong seed, uint step, uint counter0, uint counter1, int lane)
    {
        (uint x, uint y, uint z, uint w) = Philox.Draw(seed, counter0, counter1, step, 0);
        return lane switch { 0 => x, 1 => y, 2 => z, _ => w };
    }
}
