using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>
/// Pre-training by Corrupted Image Modeling (Fang et al., ICLR 2023), or by another <see cref="PretrainMethod"/>: all networks that are trained are updated in
/// the same step, the tokenizer is frozen.
/// </summary>
public sealed class CimPretrainer : Trainer
{
    /// <summary>The kind of the weights file that a run writes.</summary>
    public const string EnhancerKind = "cim-enhancer";

    private const int LeastMetricBytes = 1 << 20;

    private readonly CimPretrainOptions _options;
    private readonly CimPretrainOptions _described;
    private readonly CosineSchedule _learningRate;
    private readonly Dictionary<int, LoadedStep> _programs = new();
    private readonly PersistentBuffer _counters = StepCounters.Buffer("step_counters");
    private readonly PretrainMethod _method;
    private readonly StepNumbers _numbers;
    private readonly LoadedStep? _update;
    private readonly CodeUsage? _codes;
    private CorruptionPictures? _corruptions;

    /// <summary>Declares the networks, gives them their first values and loads the tokenizer.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="options">The run's options, without problems.</param>
    /// <param name="tokenizer">The trained tokenizer; null where the method needs none.</param>
    /// <param name="loader">Batches, with masked positions where the method masks.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    /// <param name="loading">How programs are loaded; null for the defaults.</param>
    public CimPretrainer(GpuDevice device, CimPretrainOptions options, WeightsFile? tokenizer, BatchLoader loader, long totalSteps, ProgramOptions? loading = null)
        : base(device, options, loader, loading, MetricNames(options, out StepNumbers numbers))
    {
        (_options, _described) = (options, WithPicturesOf(options, loader));
        _method = PretrainMethod.Of(options.Method);
        _numbers = numbers;
        _learningRate = options.Optimizer.Schedule(totalSteps, options.ImagesPerStep);
        Models = _method.Declare(options, tokenizer is null ? null : TokenizerFile.OptionsOf(tokenizer));
        if (Models.Tokenizer is { } frozen)
        {
            _codes = new CodeUsage(frozen.Options.VocabularySize);
            TrainedWeights.Load(Memory, frozen.Parameters, frozen.Parameters.Values, tokenizer!.Tensors);
        }
        foreach (TrainedNetwork network in Models.Networks) Memory.Initialize(network.Parameters, options.Seed);
        if (Statistics is not null) Memory.Initialize(Statistics, options.Seed);
        SetCounters(_counters);
        _update = options.Accumulate > 1 ? LoadUpdate() : null;
    }

    /// <summary>The networks.</summary>
    public PretrainModels Models { get; }

    /// <inheritdoc/>
    public override double Loss => _numbers.LossOf(Metrics);

    /// <inheritdoc/>
    protected override Program? UpdateProgram => _update?.Program;

    // Large enough for a batch's tokens, RevDet logits and labels, which come back with every step.
    private int MetricBytes => Math.Max(LeastMetricBytes, sizeof(float) * _options.Batch * _options.GridSize * _options.GridSize);

    private ParameterSet Enhancer => Models.Enhancer.Parameters;

    private string[] OptimizerState => TrainedWeights.StateOf(_options.Optimizer.Kind);

    private ParameterSet? Statistics => Models.Enhancer.Trunk.Statistics;

    /// <summary>The plan of a step, without a device.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="tokenizer">Sizes of the tokenizer; null where the method needs none.</param>
    /// <param name="profile">The device to plan for.</param>
    public static ExecutionPlan PlanStep(CimPretrainOptions options, DiscreteVaeOptions? tokenizer, DeviceProfile profile) =>
        PlanPass(PretrainMethod.Of(options.Method).Declare(options, tokenizer), options, profile, StepCounters.Buffer("step_counters"));

    /// <summary>Bytes that a run needs on the device: parameters and optimizer state once, and each program's own memory.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="tokenizer">Sizes of the tokenizer; null where the method needs none.</param>
    /// <param name="profile">The device to plan for.</param>
    public static long NeededBytes(CimPretrainOptions options, DiscreteVaeOptions? tokenizer, DeviceProfile profile)
    {
        PretrainModels models = PretrainMethod.Of(options.Method).Declare(options, tokenizer);
        var counters = StepCounters.Buffer("step_counters");
        var plans = new List<ExecutionPlan> { PlanPass(models, options, profile, counters) };
        if (options.Accumulate > 1)
        {
            var update = new TensorGraph();
            PretrainUpdate.AddFromSums(update, models, options, counters, options.Precision.On(profile) == Precision.Float16);
            plans.Add(Planner.Plan(update, profile, options.PlanningOn(profile)));
        }
        // Programs share persistent buffers and nothing else.
        long shared = plans.SelectMany(plan => plan.Buffers).Select(buffer => buffer.Persistent).OfType<PersistentBuffer>().Distinct().Sum(buffer => buffer.SizeBytes);
        return shared + plans.Sum(plan => plan.Memory.OwnBytes);
    }

    private static ExecutionPlan PlanPass(PretrainModels models, CimPretrainOptions options, DeviceProfile profile, PersistentBuffer counters)
    {
        Precision precision = options.Precision.On(profile);
        options = options with { Augmentation = options.Augmentation.For(profile) };
        var step = new PretrainStep(models, options, PretrainMethod.Of(options.Method).MaskOf(options)?.MaximumCount ?? 0, counters, precision == Precision.Float16);
        return Planner.Plan(step.Graph, profile, options.PlanningOn(profile));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> CheckpointTensors() =>
        Models.Networks.SelectMany(network => TrainedWeights.ForCheckpoint(Memory, network.Parameters, OptimizerState))
            .Concat(Statistics is null ? [] : TrainedWeights.ForCheckpoint(Memory, Statistics, []))
            .Append(NamedTensor.Of("step_counters", new[] { StepCounters.Count }, ReadCounters()))
            .ToArray();

    /// <inheritdoc/>
    public override void Restore(SafetensorsFile file)
    {
        foreach (TrainedNetwork network in Models.Networks) TrainedWeights.Restore(Memory, network.Parameters, OptimizerState, file);
        if (Statistics is not null) TrainedWeights.Restore(Memory, Statistics, [], file);
        SetCounters(_counters, file.ReadUInt32s("step_counters"));
        if (_codes is not null && CodeCounts.Read(_options.Out) is { } counts) _codes.Continue(counts.Counts);
    }

    /// <inheritdoc/>
    public override void WriteGrid(IFileSystem fileSystem, string path)
    {
        Finish();
        if (LastBatch is null) return;
        AtomicFiles.WriteBytes(fileSystem, path, _method.Draw(_options, LastBatch, _programs[LastBatch.MaskedCount].Program).ToPng());
        if (_corruptions is not null) AtomicFiles.WriteBytes(fileSystem, RunPictures.CorruptionsBeside(path), _corruptions.Draw(Metrics.Step).ToPng());
        if (_codes is not null) CodeCounts.Save(fileSystem, _options.Out, _codes);
    }

    /// <inheritdoc/>
    public override string Export(IFileSystem fileSystem, string folder)
    {
        string path = Path.Combine(folder, PretrainedEnhancer.FileName);
        EncoderFile.Save(fileSystem, path, EncoderDescription.Of(Models.Enhancer.Trunk, _options.ImageSize), _options, name => Memory.Read(Models.Enhancer.Trunk.Named(name)));
        return $"enhancer written to {path} ({Enhancer.Count:N0} parameters with its head)";
    }

    /// <summary>Logits and labels of the last step's RevDet, <c>[batch, tokens]</c> each.</summary>
    internal (float[] Logits, float[] Replaced) ReadRevDet()
    {
        Finish();
        Program program = _programs[LastBatch!.MaskedCount].Program;
        return (program.Read<float>("revdet_logits"), program.Read<float>("replaced"));
    }

    /// <inheritdoc/>
    protected override Program ForwardProgram(ImageBatch batch, ProgramOptions loading)
    {
        if (_programs.TryGetValue(batch.MaskedCount, out LoadedStep? known)) return known.Program;
        var step = new PretrainStep(Models, _described, batch.MaskedCount, _counters, ScalesLosses);
        ExecutionPlan plan = Planner.Plan(step.Graph, Profile, Planning);
        Program program = Program.Load(Memory, plan, loading with { Name = $"CIM step, {batch.MaskedCount} masked", MetricBytes = MetricBytes });
        _programs.Add(batch.MaskedCount, new LoadedStep(program, step.Scalar, step.Passes.SamplingTemperature));
        // With the first step, not the first grid: memory that does not suffice must be missed before hours of training.
        if (_options.GridEvery > 0) _corruptions ??= _method.Corruptions(Memory, Profile, Models, _options, batch);
        return program;
    }

    /// <inheritdoc/>
    protected override StepDescription DescribePasses(ImageBatch batch)
    {
        PretrainStepGraph step = Models.Describe(_described, batch.MaskedCount);
        IReadOnlyList<TrainedNetwork> networks = Models.Networks;
        IReadOnlyList<IReadOnlyList<Tensor>> gradients = step.Differentiate(networks, ScalesLosses ? _counters : null);
        IEnumerable<ParameterSet> read = networks.Select(network => network.Parameters);
        var description = new StepDescription(step.Graph, [.. Models.Tokenizer is { } tokenizer ? read.Append(tokenizer.Parameters) : read]);
        foreach (StepLoss loss in step.Losses) description.Add($"the {loss.Name}'s loss", loss.Value);
        for (int i = 0; i < gradients.Count; i++) description.AddGradients(networks[i].Parameters, gradients[i]);
        return description;
    }

    /// <inheritdoc/>
    protected override void Fill(Program program, ImageBatch batch, long step, int pass)
    {
        PictureInputs.Fill(program, batch);
        if (_method.MasksPatches) batch.MaskedPositions.CopyTo(program.Input<int>("masked_positions"));
        LoadedStep loaded = _programs[batch.MaskedCount];
        program.SetStep(_options.Seed, (uint)((step * _options.Accumulate) + pass));
        if (_update is null) program.Set(loaded.Scalar, (float)_learningRate.At(step));
        else program.Set(loaded.Scalar, pass == 0 ? 1f : 0f);
        if (loaded.SamplingTemperature is not null) program.Set(loaded.SamplingTemperature, (float)_options.SamplingTemperature);
    }

    /// <inheritdoc/>
    protected override void FillUpdate(Program program, long step)
    {
        program.SetStep(_options.Seed, (uint)step);
        program.Set(_update!.Scalar, (float)_learningRate.At(step));
    }

    /// <inheritdoc/>
    protected override void Collect(Program program, StepTicket ticket, StepMetrics metrics)
    {
        _codes?.Add(program.Metric<int>(ticket, "golden_tokens"));
        _numbers.Collect(program, ticket, metrics);
        if (_update is null) CollectUpdate(program, ticket, metrics);
    }

    /// <inheritdoc/>
    protected override void CollectUpdate(Program program, StepTicket ticket, StepMetrics metrics)
    {
        ReadOnlySpan<uint> counters = program.Metric<uint>(ticket, "counters");
        _numbers.CollectUpdate(program, ticket, metrics, UnscaleOf(counters), _learningRate.At(metrics.Step), TakeCounters(counters));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (LoadedStep step in _programs.Values) step.Program.Dispose();
            _update?.Program.Dispose();
            _corruptions?.Dispose();
        }
        base.Dispose(disposing);
    }

    private static string[] MetricNames(CimPretrainOptions options, out StepNumbers numbers)
    {
        PretrainMethod method = PretrainMethod.Of(options.Method);
        numbers = method.NumbersOf(options);
        return numbers.NamesWith(method.NetworksOf(options));
    }

    private LoadedStep LoadUpdate()
    {
        var graph = new TensorGraph();
        StepScalar learningRate = PretrainUpdate.AddFromSums(graph, Models, _options, _counters, ScalesLosses);
        return new LoadedStep(Program.Load(Memory, Planner.Plan(graph, Profile, Planning), Loading with { Name = "CIM update" }), learningRate, null);
    }

    private uint[] ReadCounters()
    {
        var counters = new uint[StepCounters.Count];
        Memory.Read<uint>(_counters, 0, counters);
        return counters;
    }

    private sealed record LoadedStep(Program Program, StepScalar Scalar, StepScalar? SamplingTemperature);
}
