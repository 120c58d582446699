using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Several steps of stochastic gradient descent on one set: with and without momentum, looking ahead, decay, clipping, skipped steps.</summary>
public sealed class SgdCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (Shape[] shapes in UpdateProblem.Sets)
            foreach (int steps in new[] { 1, 2, 4 })
            {
                yield return Case(new(shapes, steps), new SgdOptions());
                yield return Case(new(shapes, steps, true), new SgdOptions { Momentum = 0.8, IsNesterov = true, WeightDecay = 0.3, ClipNorm = 3.0 });
                yield return Case(new(shapes, steps, true), new SgdOptions { Momentum = 0.0, WeightDecay = 0.1, ClipNorm = 1e6 });
            }
        foreach (int badStep in new[] { 0, 1, 3 })
            yield return Case(new(UpdateProblem.Sets[3], 4, BadStep: badStep, Bad: float.NaN), new SgdOptions { ClipNorm = 3.0 });
        yield return Case(new(new[] { new Shape(384), new Shape(768, 768) }, 1), new SgdOptions()) with { IsBenchmark = true };
        foreach (UpdateProblem problem in UpdateProblem.WithCopies) yield return Case(problem, new SgdOptions { IsNesterov = problem.Steps > 1 });
    }

    private static OpCase Case(UpdateProblem problem, SgdOptions options) =>
        UpdateCases.Of("sgd", $"momentum {options.Momentum}{(options.IsNesterov ? " nesterov" : "")}, clip {options.ClipNorm}", problem,
            step =>
            {
                SgdState state = step.Parameters.UpdateBySgd(step.Gradients, step.Norm, step.Guard, step.Rate, options, step.RateScale);
                return new[] { state.Values, state.Momentum };
            },
            values => new SgdReference(problem, values, options));

    /// <summary>Momentum as in Sutskever et al. (2013), in the form in which the momentum does not hold the learning rate.</summary>
    private sealed class SgdReference : UpdateReference
    {
        private readonly SgdOptions _options;
        private readonly double[] _momentum;

        public SgdReference(UpdateProblem problem, double[] values, SgdOptions options)
            : base(problem, values) => (_options, _momentum) = (options, new double[values.Length]);

        protected override double[][] State => new[] { Values, _momentum };

        protected override void Step(double[] gradient, double norm, double rate, double t)
        {
            double clip = _options.ClipNorm > 0 ? Math.Min(1.0, _options.ClipNorm / (norm + 1e-6)) : 1.0;
            foreach ((int start, int count, double rateScale, bool isDecayed) in Parameters)
                for (int i = start; i < start + count; i++)
                {
                    double g = (gradient[i] * clip) + (isDecayed ? _options.WeightDecay * Values[i] : 0.0);
                    _momentum[i] = (_options.Momentum * _momentum[i]) + g;
                    double step = _options.IsNesterov ? g + (_options.Momentum * _momentum[i]) : _momentum[i];
                    Values[i] -= rate * rateScale * step;
                }
        }
    }
}
