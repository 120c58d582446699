using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Several steps of AdamW on one set: clipping, decay per parameter, rates per parameter, skipped steps.</summary>
public sealed class AdamWCase : IOpCases
{
    private static readonly Shape[][] Sets =
    {
        new[] { new Shape(1) }, new[] { new Shape(64) }, new[] { new Shape(65) }, new[] { new Shape(3), new Shape(7, 10), new Shape(5, 13) },
        new[] { new Shape(300), new Shape(16, 16), new Shape(1) },
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape[] shapes in Sets)
            foreach (int steps in new[] { 1, 2, 4 })
            {
                yield return Case(shapes, steps, new AdamWOptions());
                yield return Case(shapes, steps, new AdamWOptions { Beta1 = 0.95, Beta2 = 0.9999, WeightDecay = 0.3, ClipNorm = 3.0 }, hasRates: true);
                yield return Case(shapes, steps, new AdamWOptions { Beta2 = 0.5, WeightDecay = 0.0, Epsilon = 1e-3, ClipNorm = 1e6 }, hasRates: true);
            }
        foreach (int badStep in new[] { 0, 1, 3 })
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                yield return Case(Sets[3], 4, new AdamWOptions { ClipNorm = 3.0 }, badStep: badStep, bad: bad);
        yield return Case(new[] { new Shape(384), new Shape(768, 768) }, 1, new AdamWOptions { ClipNorm = 3.0 }) with { IsBenchmark = true };
    }

    private static OpCase Case(Shape[] shapes, int steps, AdamWOptions options, bool hasRates = false, int badStep = -1, float bad = 0f)
    {
        int count = shapes.Sum(shape => (int)(shape.Count + 63) / 64 * 64);
        CaseInput[] gradients = Enumerable.Range(0, steps).Select(step => Gradient(step, count, step == badStep, bad)).ToArray();
        string skipped = badStep < 0 ? "" : $" {bad} in step {badStep}";
        return new OpCase("adamw", $"{string.Join(" ", shapes.Select(Walk.NameOf))}, {steps} steps, beta2 {options.Beta2}, clip {options.ClipNorm}{skipped}",
            gradients.Prepend(CaseInput.Normal("values", new Shape(count), differentiated: false)).ToArray(),
            tensors => Build(shapes, tensors, options, hasRates),
            values => new AdamWReference(shapes, values[0], options, hasRates).Run(values.Skip(1).ToArray(), Rate))
        {
            GradientTolerance = 0,
            Tolerance = 2e-6,
            Scalars = Enumerable.Range(0, steps).ToDictionary(step => $"rate_{step}", step => unchecked((uint)BitConverter.SingleToInt32Bits(Rate(step)))),
        };
    }

    private static float Rate(int step) => 0.01f * (step + 1);

    private static CaseInput Gradient(int step, int count, bool isBad, float bad)
    {
        CaseInput gradient = CaseInput.Normal($"gradient_{step}", new Shape(count), scale: 0.5f + step, differentiated: false);
        if (isBad) gradient.Floats![count / 2] = bad;
        return gradient;
    }

    private static Tensor[] Build(Shape[] shapes, Tensor[] tensors, AdamWOptions options, bool hasRates)
    {
        TensorGraph graph = tensors[0].Graph;
        var parameters = new ParameterSet("net");
        for (int i = 0; i < shapes.Length; i++) parameters.Add($"p{i}", shapes[i], Initializer.Zeros);
        var counters = StepCounters.Buffer("counters");
        Tensor values = graph.All(parameters, parameters.Values);
        graph.Add(new PackOp(new[] { tensors[0] }, values, new[] { 0L }));
        AdamWState? state = null;
        StepGuardOp? guard = null;
        for (int step = 0; step + 1 < tensors.Length; step++)
        {
            Tensor norm = tensors[step + 1].GlobalNorm();
            guard = graph.GuardStep(counters, norm);
            state = parameters.UpdateByAdamW(tensors[step + 1], norm, guard, graph.Scalars.Declare($"rate_{step}"), options,
                hasRates ? parameter => 1f / (1 + parameter.Name[1] - '0') : null);
        }
        return new[] { state!.Values, state.FirstMoment, state.SecondMoment, guard!.Counters };
    }

    /// <summary>torch.optim.AdamW in float64, on the padded buffers.</summary>
    private sealed class AdamWReference
    {
        private readonly AdamWOptions _options;
        private readonly double[] _values;
        private readonly double[] _first;
        private readonly double[] _second;
        private readonly double[] _rates;
        private readonly double[] _decays;

        public AdamWReference(Shape[] shapes, double[] values, AdamWOptions options, bool hasRates)
        {
            _options = options;
            _values = (double[])values.Clone();
            _first = new double[values.Length];
            _second = new double[values.Length];
            var rates = new List<double>();
            var decays = new List<double>();
            for (int i = shapes.Length - 1; i >= 0; i--)
            {
                int padded = ((int)shapes[i].Count + 63) / 64 * 64;
                rates.AddRange(Enumerable.Repeat(hasRates ? 1.0 / (1 + i) : 1.0, padded));
                decays.AddRange(Enumerable.Repeat(shapes[i].Rank > 1 ? options.WeightDecay : 0.0, padded));
            }
            (_rates, _decays) = (rates.ToArray(), decays.ToArray());
        }

        public double[][] Run(double[][] gradients, Func<int, float> rate)
        {
            var counters = new double[StepCounters.Count];
            counters[StepCounters.UnscaleSlot] = BitConverter.SingleToUInt32Bits(1f);
            for (int step = 0; step < gradients.Length; step++)
            {
                double norm = Math.Sqrt(gradients[step].Sum(g => g * g));
                bool isFinite = !double.IsNaN(norm) && !double.IsInfinity(norm);
                counters[isFinite ? 0 : 1]++;
                counters[2] = isFinite ? 0 : counters[2] + 1;
                if (isFinite) Step(gradients[step], norm, rate(step), counters[0]);
                else counters[3] = 1;
            }
            return new[] { _values, _first, _second, counters };
        }

        private void Step(double[] gradient, double norm, double rate, double t)
        {
            double clip = _options.ClipNorm > 0 ? Math.Min(1.0, _options.ClipNorm / (norm + 1e-6)) : 1.0;
            for (int i = 0; i < gradient.Length; i++)
            {
                double g = gradient[i] * clip;
                _first[i] = (_options.Beta1 * _first[i]) + ((1.0 - _options.Beta1) * g);
                _second[i] = (_options.Beta2 * _second[i]) + ((1.0 - _options.Beta2) * g * g);
                _values[i] *= 1.0 - (rate * _rates[i] * _decays[i]);
                double first = _first[i] / (1.0 - Math.Pow(_options.Beta1, t));
                double second = _second[i] / (1.0 - Math.Pow(_options.Beta2, t));
                _values[i] -= rate * _rates[i] * first / (Math.Sqrt(second) + _options.Epsilon);
            }
        }
    }
}
