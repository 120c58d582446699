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
/// <param name="Copies">In which type a copy of the weights is kept; Float32 for none.</param>
internal sealed record UpdateProblem(Shape[] Shapes, int Steps, bool HasRates = false, int BadStep = -1, float Bad = 0f, Precision Copies = Precision.Float32)
{
    /// <summary>Small sets: one parameter and several, gaps of every kind.</summary>
    public static Shape[][] Sets { get; } =
    {
        new[] { new Shape(1) }, new[] { new Shape(64) }, new[] { new Shape(65) }, new[] { new Shape(3), new Shape(7, 10), new Shape(5, 13) },
        new[] { new Shape(300), new Shape(16, 16), new Shape(1) },
    };

    /// <summary>Problems with a copy of either type: one step, several, one that is skipped, none that is applied.</summary>
    public static UpdateProblem[] WithCopies { get; } = new[] { Precision.Float16, Precision.BFloat16 }.SelectMany(type => new[]
    {
        new UpdateProblem(Sets[3], 1, Copies: type), new UpdateProblem(Sets[4], 3, true, Copies: type), new UpdateProblem(Sets[4], 3, BadStep: 1, Bad: float.NaN, Copies: type),
        new UpdateProblem(Sets[3], 1, BadStep: 0, Bad: float.PositiveInfinity, Copies: type), new UpdateProblem(new[] { new Shape(90, 100), new Shape(2), new Shape(4, 3) }, 2, Copies: type),
    }).ToArray();

    /// <summary>A set as wide as a layer of a transformer, with a copy, to be timed.</summary>
    public static UpdateProblem Timed { get; } = new(new[] { new Shape(384), new Shape(768, 768) }, 1, Copies: Precision.Float16);

    /// <summary>Elements of a buffer of the set.</summary>
    public int PaddedCount => Shapes.Sum(Padded);

    /// <summary>Elements of one parameter, the gap after it included.</summary>
    public static int Padded(Shape shape) => (int)(shape.Count + 63) / 64 * 64;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(" ", Shapes.Select(Walk.NameOf))}, {Steps} steps{(HasRates ? ", rates" : "")}{(BadStep < 0 ? "" : $", {Bad} in step {BadStep}")}{(Copies == Precision.Float32 ? "" : $", {Copies} copy")}";

    /// <summary>Type of the copy's elements.</summary>
    public ElementType CopyType => Copies == Precision.Float16 ? ElementType.Float16 : ElementType.BFloat16;
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
            WeightCopies = problem.Copies,
            Scalars = Enumerable.Range(0, problem.Steps).ToDictionary(step => $"rate_{step}", step => unchecked((uint)BitConverter.SingleToInt32Bits(Rate(step)))),
        };

    private static Tensor CopyOf(ParameterSet parameters, TensorGraph graph, ElementType type) =>
        graph.Persistent("copy", parameters.Values.Copy(type), 0, new Shape((int)parameters.PaddedCount), type);

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
        return (problem.Copies == Precision.Float32 ? state : state.Append(CopyOf(parameters, graph, problem.CopyType))).Append(guard!.Counters).ToArray();
    }
}

/// <summary>An update in float64, on the padded buffers; skips steps whose norm is not finite.</summary>
internal abstract class UpdateReference
{
    private readonly Precision _copies;

    protected UpdateReference(UpdateProblem problem, double[] values)
    {
        _copies = problem.Copies;
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
        return (_copies == Precision.Float32 ? State : State.Append(Array.ConvertAll(Values, value => (double)CaseInput.Rounded((float)value, _copies)))).Append(counters).ToArray();
    }

    protected abstract void Step(double[] gradient, double norm, double rate, double t);
}
