using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Optimizer;

/// <summary>Some steps of an update on one set.</summary>
/// <param name="Shapes">The parameters' shapes.</param>
/// <param name="Steps">How many steps.</param>
/// <param name="HasRates">Whether parameters have learning rates of their own.</param>
/// <param name="BadStep">A step whose gradient has a number that is not finite; -1 for none.</param>
/// <param name="Bad">That number.</param>
internal sealed record UpdateProblem(Shape[] Shapes, int Steps, bool HasRates = false, int BadStep = -1, float Bad = 0f)
{
    /// <summary>Small sets: one parameter and several, gaps of every kind.</summary>
    public static Shape[][] Sets { get; } =
    {
        new[] { new Shape(1) }, new[] { new Shape(64) }, new[] { new Shape(65) }, new[] { new Shape(3), new Shape(7, 10), new Shape(5, 13) },
        new[] { new Shape(300), new Shape(16, 16), new Shape(1) },
    };

    /// <summary>Elements of a buffer of the set.</summary>
    public int PaddedCount => Shapes.Sum(Padded);

    /// <summary>Elements of one parameter, the gap after it included.</summary>
    public static int Padded(Shape shape) => (int)(shape.Count + 63) / 64 * 64;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(" ", Shapes.Select(Walk.NameOf))}, {Steps} steps{(HasRates ? ", rates" : "")}{(BadStep < 0 ? "" : $", {Bad} in step {BadStep}")}";
}

/// <summary>What an update takes.</summary>
internal sealed record UpdateStep(ParameterSet Parameters, Tensor Gradients, Tensor Norm, StepGuardOp Guard, StepScalar Rate, Func<Parameter, float>? RateScale);

/// <summary>Op cases of updates of a parameter set: outputs are the state and the guard's counters.</summary>
internal static class UpdateCases
{
    public static OpCase Of(string op, string options, UpdateProblem problem, Func<UpdateStep, Tensor[]> update, Func<double[], UpdateReference> reference) =>
        new(op, $"{problem}, {options}", Enumerable.Range(0, problem.Steps).Select(step => Gradient(problem, step))
                .Prepend(CaseInput.Normal("values", new Shape(problem.PaddedCount), differentiated: false)).ToArray(),
            tensors => Build(problem, tensors, update),
            values => reference(values[0]).Run(values.Skip(1).ToArray(), Rate))
        {
            GradientTolerance = 0,
            Tolerance = 2e-6,
            Scalars = Enumerable.Range(0, problem.Steps).ToDictionary(step => $"rate_{step}", step => unchecked((uint)BitConverter.SingleToInt32Bits(Rate(step)))),
        };

    private static float Rate(int step) => 0.01f * (step + 1);

    private static CaseInput Gradient(UpdateProblem problem, int step)
    {
        CaseInput gradient = CaseInput.Normal($"gradient_{step}", new Shape(problem.PaddedCount), scale: 0.5f + step, differentiated: false);
        if (step == problem.BadStep) gradient.Floats![problem.PaddedCount / 2] = problem.Bad;
        return gradient;
    }

    private static Tensor[] Build(UpdateProblem problem, Tensor[] tensors, Func<UpdateStep, Tensor[]> update)
    {
        TensorGraph graph = tensors[0].Graph;
        var parameters = new ParameterSet("net");
        for (int i = 0; i < problem.Shapes.Length; i++) parameters.Add($"p{i}", problem.Shapes[i], Initializer.Zeros);
        var counters = StepCounters.Buffer("counters");
        foreach (PersistentBuffer buffer in new[] { parameters.Values, parameters.Companion("average") })
            graph.Add(new PackOp(new[] { tensors[0] }, graph.All(parameters, buffer), new[] { 0L }));
        Tensor[] state = Array.Empty<Tensor>();
        StepGuardOp? guard = null;
        for (int step = 0; step < problem.Steps; step++)
        {
            Tensor gradients = tensors[step + 1], norm = gradients.GlobalNorm();
            guard = graph.GuardStep(counters, norm);
            state = update(new UpdateStep(parameters, gradients, norm, guard, graph.Scalars.Declare($"rate_{step}"),
                problem.HasRates ? parameter => 1f / (1 + parameter.Name[1] - '0') : null));
        }
        return state.Append(guard!.Counters).ToArray();
    }
}

/// <summary>An update in float64, on the padded buffers; skips steps whose norm is not finite.</summary>
internal abstract class UpdateReference
{
    protected UpdateReference(UpdateProblem problem, double[] values)
    {
        Values = (double[])values.Clone();
        int first = 0;
        for (int i = problem.Shapes.Length - 1; i >= 0; i--)
        {
            int count = UpdateProblem.Padded(problem.Shapes[i]);
            Parameters.Add((first, count, problem.HasRates ? 1.0 / (1 + i) : 1.0, problem.Shapes[i].Rank > 1));
            first += count;
        }
    }

    protected double[] Values { get; }

    protected List<(int First, int Count, double Rate, bool IsDecayed)> Parameters { get; } = new();

    protected abstract double[][] State { get; }

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
        return State.Append(counters).ToArray();
    }

    protected abstract void Step(double[] gradient, double norm, double rate, double t);
}
