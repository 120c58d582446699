using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Several steps of AdamW on one set: clipping, decay per parameter, rates per parameter, skipped steps, the average of the weights.</summary>
public sealed class AdamWCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        Shape[][] sets = UpdateProblem.Sets;
        foreach (Shape[] shapes in sets)
            foreach (int steps in new[] { 1, 2, 4 })
            {
                yield return Case(new(shapes, steps), new AdamWOptions());
                yield return Case(new(shapes, steps, true), new AdamWOptions { Beta1 = 0.95, Beta2 = 0.9999, WeightDecay = 0.3, ClipNorm = 3.0 });
                yield return Case(new(shapes, steps, true), new AdamWOptions { Beta2 = 0.5, WeightDecay = 0.0, Epsilon = 1e-3, ClipNorm = 1e6 });
                yield return Case(new(shapes, steps, true), new AdamWOptions { ClipNorm = 3.0, AverageDecay = 0.9 });
            }
        foreach (int badStep in new[] { 0, 1, 3 })
            foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                yield return Case(new(sets[3], 4, BadStep: badStep, Bad: bad), new AdamWOptions { ClipNorm = 3.0, AverageDecay = badStep == 1 ? 0.5 : null });
        foreach (double? average in new double?[] { null, 0.999 })
            yield return Case(new(new[] { new Shape(384), new Shape(768, 768) }, 1), new AdamWOptions { ClipNorm = 3.0, AverageDecay = average }) with { IsBenchmark = true };
        foreach (double? average in new double?[] { null, 0.9 })
        {
            foreach (UpdateProblem problem in UpdateProblem.WithCopies) yield return Case(problem, new AdamWOptions { ClipNorm = 3.0, AverageDecay = average });
            yield return Case(UpdateProblem.Timed, new AdamWOptions { ClipNorm = 3.0, AverageDecay = average }) with { IsBenchmark = true };
        }
    }

    private static OpCase Case(UpdateProblem problem, AdamWOptions options) =>
        UpdateCases.Of("adamw", $"beta2 {options.Beta2}, clip {options.ClipNorm}{(options.AverageDecay is { } decay ? $", average {decay}" : "")}", problem,
            step =>
            {
                AdamWState state = step.Parameters.UpdateByAdamW(step.Gradients, step.Norm, step.Guard, step.Rate, options, step.RateScale);
                return new[] { state.Values, state.FirstMoment, state.SecondMoment, state.Average }.OfType<Tensor>().ToArray();
            },
            values => new AdamWReference(problem, values, options));

    /// <summary>torch.optim.AdamW in float64.</summary>
    private sealed class AdamWReference : UpdateReference
    {
        private readonly AdamWOptions _options;
        private readonly double[] _first;
        private readonly double[] _second;
        private readonly double[] _average;

        public AdamWReference(UpdateProblem problem, double[] values, AdamWOptions options)
            : base(problem, values)
        {
            _options = options;
            (_first, _second, _average) = (new double[values.Length], new double[values.Length], (double[])values.Clone());
        }

        protected override double[][] State =>
            _options.AverageDecay is null ? new[] { Values, _first, _second } : new[] { Values, _first, _second, _average };

        protected override void Step(double[] gradient, double norm, double rate, double t)
        {
            double clip = _options.ClipNorm > 0 ? Math.Min(1.0, _options.ClipNorm / (norm + 1e-6)) : 1.0;
            foreach ((int start, int count, double rateScale, bool isDecayed) in Parameters)
                for (int i = start; i < start + count; i++)
                {
                    double g = gradient[i] * clip;
                    _first[i] = (_options.Beta1 * _first[i]) + ((1.0 - _options.Beta1) * g);
                    _second[i] = (_options.Beta2 * _second[i]) + ((1.0 - _options.Beta2) * g * g);
                    Values[i] *= 1.0 - (rate * rateScale * (isDecayed ? _options.WeightDecay : 0.0));
                    double first = _first[i] / (1.0 - Math.Pow(_options.Beta1, t));
                    double second = _second[i] / (1.0 - Math.Pow(_options.Beta2, t));
                    Values[i] -= rate * rateScale * first / (Math.Sqrt(second) + _options.Epsilon);
                    if (_options.AverageDecay is { } decay) _average[i] = (decay * _average[i]) + ((1.0 - decay) * Values[i]);
                }
        }
    }
}
