using System;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>
/// Multinomial logistic regression on frozen features, trained on the device over all pictures at once. The penalty on the squared weights
/// makes the optimum unique; several strengths are trained side by side, and pictures held out of those to learn from choose among them.
/// </summary>
internal sealed class LinearProbe : IDisposable
{
    private const int Steps = 400;
    private const double LearningRate = 0.1, MinimumLearningRate = 1e-5;
    private const int HeldOutPart = 6;

    private static readonly float[] s_strengths = { 1e-4f, 1e-3f, 1e-2f, 1e-1f, 1f };
    private static readonly AdamWOptions s_optimizer = new() { Beta2 = 0.99, WeightDecay = 0 };

    private readonly PersistentMemory _memory;
    private readonly int _rows;
    private readonly int _width;
    private readonly int _classes;
    private readonly ParameterSet _parameters = new("linear_probe");
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly PersistentBuffer _features;
    private readonly PersistentBuffer _targets;
    private readonly PersistentBuffer _counters = StepCounters.Buffer("linear_probe.counters");
    private readonly StepScalar _learningRate;
    private readonly StepScalar _inverseCount;
    private readonly Program _program;

    /// <summary>Plans the training.</summary>
    /// <param name="memory">Where features and weights lie.</param>
    /// <param name="rows">Most pictures to learn from.</param>
    /// <param name="width">Features of a picture.</param>
    /// <param name="classes">Number of classes.</param>
    public LinearProbe(PersistentMemory memory, int rows, int width, int classes)
    {
        (_memory, _rows, _width, _classes) = (memory, rows, width, classes);
        _weight = _parameters.Add("weight", new Shape(s_strengths.Length * classes, width), Initializer.Zeros);
        _bias = _parameters.Add("bias", new Shape(s_strengths.Length * classes), Initializer.Zeros);
        _features = new PersistentBuffer("linear_probe.features", 4L * rows * width);
        _targets = new PersistentBuffer("linear_probe.targets", 4L * rows * s_strengths.Length);
        var graph = new TensorGraph();
        _learningRate = graph.Scalars.Declare(PretrainUpdate.LearningRate);
        _inverseCount = graph.Scalars.Declare("inverse_count");
        AddStep(graph);
        _program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(memory.Device.Capabilities)), new ProgramOptions { Name = "linear probe" });
    }

    /// <summary>The most pictures whose features and scores a device binds at once.</summary>
    public static long MostRows(PersistentMemory memory, int width, int classes) =>
        DeviceProfiles.Of(memory.Device.Capabilities).MaxStorageRangeBytes / sizeof(float) / Math.Max(width, s_strengths.Length * classes);

    /// <summary>Trains on standardised features.</summary>
    /// <param name="features">What to learn from.</param>
    /// <param name="seed">Chooses the pictures that choose the strength.</param>
    /// <param name="cancellation">Stops the training.</param>
    /// <returns>The classifier, and the strength of its penalty.</returns>
    public (LinearClassifier Classifier, double Strength) Fit(FeatureSet features, ulong seed, CancellationToken cancellation)
    {
        (FeatureSet heldOut, bool[] isHeldOut) = HoldOut(features, seed);
        Upload(features);
        LinearClassifier[] candidates = Train(features, isHeldOut, cancellation);
        int best = Enumerable.Range(0, candidates.Length).MinBy(i => candidates[i].Loss(heldOut));
        return (Train(features, new bool[features.Count], cancellation)[best], s_strengths[best]);
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    // Every strength has rows of its own in the weight, so that one product serves all; their losses are added and share no parameter.
    private void AddStep(TensorGraph graph)
    {
        Tensor features = graph.Persistent("features", _features, 0, new Shape(_rows, _width));
        Tensor targets = graph.Persistent("targets", _targets, 0, new Shape(_rows * s_strengths.Length), ElementType.Int32);
        float[] strengths = s_strengths.SelectMany(strength => Enumerable.Repeat(strength, _classes)).ToArray();
        Tensor logits = features.Linear(graph.Use(_weight), graph.Use(_bias)).Reshape(_rows * s_strengths.Length, _classes);
        Tensor crossEntropy = logits.CrossEntropyRows(targets).SumAll().Scale(_inverseCount);
        Tensor penalty = graph.Use(_weight).Square().Multiply(graph.Constant<float>("strengths", new Shape(strengths.Length, 1), strengths)).SumAll().Scale(0.5f);
        Tensor loss = crossEntropy.Add(penalty);
        Tensor gradients = _parameters.PackGradients(Gradients.Of(loss, _parameters));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = graph.GuardStep(_counters, loss, norm);
        _parameters.UpdateByAdamW(gradients, norm, guard, _learningRate, s_optimizer);
        graph.Output("loss", loss);
    }

    private static (FeatureSet HeldOut, bool[] IsHeldOut) HoldOut(FeatureSet features, ulong seed)
    {
        var order = new int[features.Count];
        EpochOrder.Fill(order, seed, epoch: 0);
        int[] chosen = order[..Math.Max(1, features.Count / HeldOutPart)];
        var isHeldOut = new bool[features.Count];
        foreach (int index in chosen) isHeldOut[index] = true;
        float[] values = chosen.SelectMany(index => features.Row(index).ToArray()).ToArray();
        return (new FeatureSet(values, chosen.Select(index => features.Labels[index]).ToArray(), features.Width), isHeldOut);
    }

    private void Upload(FeatureSet features)
    {
        if (features.Count > _rows || features.Width != _width) throw new ArgumentException($"linear probe: made for [{_rows}, {_width}] features, got [{features.Count}, {features.Width}]", nameof(features));
        _memory.Write<float>(_features, 0, features.Values);
    }

    private LinearClassifier[] Train(FeatureSet features, bool[] isHeldOut, CancellationToken cancellation)
    {
        Begin(features, isHeldOut);
        float inverseCount = 1f / isHeldOut.Count(held => !held);
        var schedule = new CosineSchedule(LearningRate, MinimumLearningRate, 0, Steps);
        for (int step = 0; step < Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            _program.BeginStep();
            _program.Set(_learningRate, (float)schedule.At(step));
            _program.Set(_inverseCount, inverseCount);
            StepTicket ticket = _program.Submit();
            if (step == Steps - 1) _program.Wait(ticket);
        }
        float[] weight = _memory.Read(_weight), bias = _memory.Read(_bias);
        return Enumerable.Range(0, s_strengths.Length)
            .Select(i => new LinearClassifier(weight.AsSpan(i * _classes * _width, _classes * _width).ToArray(), bias.AsSpan(i * _classes, _classes).ToArray()))
            .ToArray();
    }

    // A row of class -1 has neither loss nor gradient.
    private void Begin(FeatureSet features, bool[] isHeldOut)
    {
        var targets = new int[_rows * s_strengths.Length];
        Array.Fill(targets, -1);
        for (int i = 0; i < features.Count; i++)
            if (!isHeldOut[i]) targets.AsSpan(i * s_strengths.Length, s_strengths.Length).Fill(features.Labels[i]);
        _memory.Write<int>(_targets, 0, targets);
        var zeros = new float[_parameters.PaddedCount];
        _memory.Write<float>(_parameters.Values, 0, zeros);
        foreach (string state in TrainedWeights.OptimizerState) _memory.Write<float>(_parameters.Companion(state), 0, zeros);
        _memory.Write<uint>(_counters, 0, new uint[StepCounters.Count]);
    }
}
