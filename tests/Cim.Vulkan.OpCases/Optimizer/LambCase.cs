using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Several steps of LAMB on one set: parameters of one and of many chunks, with and without trust ratios, clipping, skipped steps.</summary>
public sealed class LambCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape[] shapes in UpdateProblem.Sets.Append(new[] { new Shape(90, 100), new Shape(2), new Shape(4, 3) }))
            foreach (int steps in new[] { 1, 2, 4 })
            {
                yield return Case(new(shapes, steps), new LambOptions());
                yield return Case(new(shapes, steps, true), new LambOptions { Beta1 = 0.95, Beta2 = 0.99, WeightDecay = 0.3, ClipNorm = 0.0 });
                yield return Case(new(shapes, steps, true), new LambOptions { WeightDecay = 0.0, Epsilon = 1e-3, ClipNorm = 1e6, AlwaysAdapt = true });
            }
        foreach (int badStep in new[] { 0, 1, 3 })
            yield return Case(new(UpdateProblem.Sets[3], 4, BadStep: badStep, Bad: float.NaN), new LambOptions());
        foreach (bool isCpu in new[] { true, false })
            yield return Case(new(new[] { new Shape(90, 100), new Shape(2), new Shape(4, 3) }, 3), new LambOptions { WeightDecay = 0.1 }) with
            {
                Profile = profile => profile with { IsCpu = isCpu },
                Variant = isCpu ? "cpu" : "gpu",
            };
        yield return Case(new(new[] { new Shape(384), new Shape(768, 768) }, 1), new LambOptions()) with { IsBenchmark = true };
        foreach (UpdateProblem problem in UpdateProblem.WithCopies) yield return Case(problem, new LambOptions { WeightDecay = 0.1 });
    }

    private static OpCase Case(UpdateProblem problem, LambOptions options) =>
        UpdateCases.Of("lamb", $"beta2 {options.Beta2}, decay {options.WeightDecay}, clip {options.ClipNorm}{(options.AlwaysAdapt ? ", always adapts" : "")}", problem,
            step =>
            {
                LambState state = step.Parameters.UpdateByLamb(step.Gradients, step.Norm, step.Guard, step.Rate, options, step.RateScale);
                return new[] { state.Values, state.FirstMoment, state.SecondMoment };
            },
            values => new LambReference(problem, values, options));

    /// <summary>Algorithm 2 of You et al. (2020) in float64, with bias correction and clipping by the global norm.</summary>
    private sealed class LambReference : UpdateReference
    {
        private readonly LambOptions _options;
        private readonly double[] _first;
        private readonly double[] _second;

        public LambReference(UpdateProblem problem, double[] values, LambOptions options)
            : base(problem, values) => (_options, _first, _second) = (options, new double[values.Length], new double[values.Length]);

        protected override double[][] State => new[] { Values, _first, _second };

        protected override void Step(double[] gradient, double norm, double rate, double t)
        {
            double clip = _options.ClipNorm > 0 ? Math.Max(1.0, norm / _options.ClipNorm) : 1.0;
            foreach ((int start, int count, double rateScale, bool isDecayed) in Parameters)
            {
                double decay = isDecayed ? _options.WeightDecay : 0.0;
                double[] steps = Enumerable.Range(start, count).Select(i => Direction(i, gradient[i] / clip, t) + (decay * Values[i])).ToArray();
                double valueNorm = Math.Sqrt(Values.Skip(start).Take(count).Sum(value => value * value)), stepNorm = Math.Sqrt(steps.Sum(step => step * step));
                bool adapts = (decay > 0.0 || _options.AlwaysAdapt) && valueNorm > 0.0 && stepNorm > 0.0;
                for (int i = 0; i < count; i++) Values[start + i] -= rate * rateScale * (adapts ? valueNorm / stepNorm : 1.0) * steps[i];
            }
        }

        private double Direction(int i, double g, double t)
        {
            _first[i] = (_options.Beta1 * _first[i]) + ((1.0 - _options.Beta1) * g);
            _second[i] = (_options.Beta2 * _second[i]) + ((1.0 - _options.Beta2) * g * g);
            double first = _first[i] / (1.0 - Math.Pow(_options.Beta1, t)), second = _second[i] / (1.0 - Math.Pow(_options.Beta2, t));
            return first / (Math.Sqrt(second) + _options.Epsilon);
        }
    }
}
