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
/// Pre-training by Corrupted Image Modeling (Fang et al., ICLR 2023): generator and enhancer are updated in the same step, the tokenizer is frozen.
/// </summary>
public sealed class CimPretrainer : Trainer
{
    /// <summary>The kind of the weights file that a run writes.</summary>
    public const string EnhancerKind = "cim-enhancer";

    private const int LeastMetricBytes = 1 << 20;

    private readonly CimPretrainOptions _options;
    private readonly CosineSchedule _learningRate;
    private readonly Dictionary<int, LoadedStep> _programs = new();
    private readonly PersistentBuffer _counters = StepCounters.Buffer("step_counters");
    private readonly AreaUnderCurve _areaUnderCurve = new();
    private readonly LoadedStep? _update;
    private readonly CodeUsage _codes;
    private CorruptionPictures? _corruptions;

    /// <summary>Declares the networks, gives them their first values and loads the tokenizer.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="options">The run's options, without problems.</param>
    /// <param name="tokenizer">The trained tokenizer.</param>
    /// <param name="loader">Batches with masked positions.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    /// <param name="loading">How programs are loaded; null for the defaults.</param>
    public CimPretrainer(GpuDevice device, CimPretrainOptions options, WeightsFile tokenizer, BatchLoader loader, long totalSteps, ProgramOptions? loading = null)
        : base(device, options, loader, loading, MetricNames(options.Objective))
    {
        _options = options;
        _learningRate = options.Optimizer.Schedule(totalSteps, options.ImagesPerStep);
        Models = new CimModels(options, TokenizerFile.OptionsOf(tokenizer));
        _codes = new CodeUsage(Models.Tokenizer.Options.VocabularySize);
        TrainedWeights.Load(Memory, Models.Tokenizer.Parameters, Models.Tokenizer.Parameters.Values, tokenizer.Tensors);
        Memory.Initialize(Models.Generator.Parameters, options.Seed);
        Memory.Initialize(Models.Enhancer.Parameters, options.Seed);
        if (Statistics is not null) Memory.Initialize(Statistics, options.Seed);
        SetCounters(_counters);
        _update = options.Accumulate > 1 ? LoadUpdate() : null;
    }

    /// <summary>The networks.</summary>
    public CimModels Models { get; }

    /// <inheritdoc/>
    public override double Loss => Metrics["generatorLoss"] + Metrics["enhancerLoss"];

    /// <inheritdoc/>
    protected override Program? UpdateProgram => _update?.Program;

    // Large enough for a batch's tokens, RevDet logits and labels, which come back with every step.
    private int MetricBytes => Math.Max(LeastMetricBytes, sizeof(float) * _options.Batch * _options.GridSize * _options.GridSize);

    private ParameterSet Generator => Models.Generator.Parameters;

    private ParameterSet Enhancer => Models.Enhancer.Parameters;

    private string[] OptimizerState => TrainedWeights.StateOf(_options.Optimizer.Kind);

    private ParameterSet? Statistics => Models.Enhancer.Trunk.Statistics;

    /// <summary>The plan of a step, without a device.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="tokenizer">Sizes of the tokenizer.</param>
    /// <param name="profile">The device to plan for.</param>
    public static ExecutionPlan PlanStep(CimPretrainOptions options, DiscreteVaeOptions tokenizer, DeviceProfile profile) =>
        PlanPass(new CimModels(options, tokenizer), options, profile, StepCounters.Buffer("step_counters"));

    /// <summary>Bytes that a run needs on the device: parameters and optimizer state once, and each program's own memory.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="tokenizer">Sizes of the tokenizer.</param>
    /// <param name="profile">The device to plan for.</param>
    public static long NeededBytes(CimPretrainOptions options, DiscreteVaeOptions tokenizer, DeviceProfile profile)
    {
        var models = new CimModels(options, tokenizer);
        var counters = StepCounters.Buffer("step_counters");
        var plans = new List<ExecutionPlan> { PlanPass(models, options, profile, counters) };
        if (options.Accumulate > 1)
        {
            var update = new TensorGraph();
            CimUpdate.AddFromSums(update, models, options, counters, options.Precision.On(profile) == Precision.Float16);
            plans.Add(Planner.Plan(update, profile));
        }
        // Programs share persistent buffers and nothing else.
        long shared = plans.SelectMany(plan => plan.Buffers).Select(buffer => buffer.Persistent).OfType<PersistentBuffer>().Distinct().Sum(buffer => buffer.SizeBytes);
        return shared + plans.Sum(plan => plan.Memory.ArenaBytes + plan.Memory.TransferBytes);
    }

    private static ExecutionPlan PlanPass(CimModels models, CimPretrainOptions options, DeviceProfile profile, PersistentBuffer counters)
    {
        int grid = models.Geometry.GridSide;
        Precision precision = options.Precision.On(profile);
        var step = new CimStep(models, options, options.Masking.ToMaskOptions(grid, grid).MaximumCount, counters, precision == Precision.Float16);
        return Planner.Plan(step.Graph, profile, new PlannerOptions { Precision = precision });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> CheckpointTensors() =>
        TrainedWeights.ForCheckpoint(Memory, Generator, OptimizerState)
            .Concat(TrainedWeights.ForCheckpoint(Memory, Enhancer, OptimizerState))
            .Concat(Statistics is null ? [] : TrainedWeights.ForCheckpoint(Memory, Statistics, []))
            .Append(NamedTensor.Of("step_counters", new[] { StepCounters.Count }, ReadCounters()))
            .ToArray();

    /// <inheritdoc/>
    public override void Restore(SafetensorsFile file)
    {
        TrainedWeights.Restore(Memory, Generator, OptimizerState, file);
        TrainedWeights.Restore(Memory, Enhancer, OptimizerState, file);
        if (Statistics is not null) TrainedWeights.Restore(Memory, Statistics, [], file);
        SetCounters(_counters, file.ReadUInt32s("step_counters"));
        if (CodeCounts.Read(_options.Out) is { } counts) _codes.Continue(counts.Counts);
    }

    /// <inheritdoc/>
    public override void WriteGrid(IFileSystem fileSystem, string path)
    {
        Finish();
        if (LastBatch is null) return;
        AtomicFiles.WriteBytes(fileSystem, path, CimPictures.Draw(_options, LastBatch, _programs[LastBatch.MaskedCount].Program).ToPng());
        if (_corruptions is not null) AtomicFiles.WriteBytes(fileSystem, RunPictures.CorruptionsBeside(path), _corruptions.Draw(Metrics.Step).ToPng());
        CodeCounts.Save(fileSystem, _options.Out, _codes);
    }

    /// <inheritdoc/>
    public override string Export(IFileSystem fileSystem, string folder)
    {
        string path = Path.Combine(folder, PretrainedEnhancer.FileName);
        bool IsTrunk(string name) => !name.StartsWith("respix_head.", StringComparison.Ordinal) && !name.StartsWith("revdet_head.", StringComparison.Ordinal);
        // Where this run's files lay is nobody's business who gets the weights.
        CimPretrainOptions shared = _options with { Data = "", Out = "", Tokenizer = "", ProbeData = "", InitEnhancer = null, InitAs = null };
        IEnumerable<NamedTensor> trunk = TrainedWeights.Of(Memory, Enhancer, Enhancer.Values, IsTrunk);
        if (Statistics is not null) trunk = trunk.Concat(TrainedWeights.Of(Memory, Statistics, Statistics.Values));
        WeightsFile.Save(fileSystem, path, EnhancerKind, OptionsJson.ToJson(shared), trunk.ToArray());
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
        var step = new CimStep(Models, _options, batch.MaskedCount, _counters, ScalesLosses);
        ExecutionPlan plan = Planner.Plan(step.Graph, Profile, Planning);
        Program program = Program.Load(Memory, plan, loading with { Name = $"CIM step, {batch.MaskedCount} masked", MetricBytes = MetricBytes });
        _programs.Add(batch.MaskedCount, new LoadedStep(program, step.Scalar, step.Passes.SamplingTemperature));
        // With the first step, not the first grid: memory that does not suffice must be missed before hours of training.
        if (_options.GridEvery > 0) _corruptions ??= new CorruptionPictures(Memory, Profile, Models, _options, batch);
        return program;
    }

    /// <inheritdoc/>
    protected override StepDescription DescribePasses(ImageBatch batch)
    {
        var step = new CimStepGraph(Models, _options, batch.MaskedCount);
        (IReadOnlyList<Tensor> generator, IReadOnlyList<Tensor> enhancer) = step.Differentiate(ScalesLosses ? _counters : null);
        var description = new StepDescription(step.Graph, [Generator, Enhancer, Models.Tokenizer.Parameters]);
        description.Add("the generator's loss", step.GeneratorLoss);
        description.Add("the enhancer's loss", step.EnhancerLoss);
        description.AddGradients(Generator, generator);
        description.AddGradients(Enhancer, enhancer);
        return description;
    }

    /// <inheritdoc/>
    protected override void Fill(Program program, ImageBatch batch, long step, int pass)
    {
        FillImages(program, batch);
        batch.MaskedPositions.CopyTo(program.Input<int>("masked_positions"));
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
        _codes.Add(program.Metric<int>(ticket, "golden_tokens"));
        metrics.Add(0, program.Metric<float>(ticket, "generator_loss")[0]);
        metrics.Add(1, program.Metric<float>(ticket, "masked_accuracy")[0]);
        metrics.Add(2, program.Metric<float>(ticket, "enhancer_loss")[0]);
        if (_options.Objective == CimObjective.RevDet)
        {
            ReadOnlySpan<float> replaced = program.Metric<float>(ticket, "replaced");
            metrics.Add(7, _areaUnderCurve.Of(program.Metric<float>(ticket, "revdet_logits"), replaced));
            metrics.Add(8, MeanOf(replaced));
        }
        else
        {
            metrics.Add(7, program.Metric<float>(ticket, "l1_loss")[0]);
            metrics.Add(8, program.Metric<float>(ticket, "l2_loss")[0]);
        }
        if (_update is null) CollectUpdate(program, ticket, metrics);
    }

    /// <inheritdoc/>
    protected override void CollectUpdate(Program program, StepTicket ticket, StepMetrics metrics)
    {
        ReadOnlySpan<uint> counters = program.Metric<uint>(ticket, "counters");
        metrics.Add(3, program.Metric<float>(ticket, "generator_norm")[0] * UnscaleOf(counters));
        metrics.Add(4, program.Metric<float>(ticket, "enhancer_norm")[0] * UnscaleOf(counters));
        metrics.Add(5, _learningRate.At(metrics.Step));
        metrics.Add(6, TakeCounters(counters));
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

    private static string[] MetricNames(CimObjective objective) => new[]
    {
        "generatorLoss", "maskedAccuracy", "enhancerLoss", "generatorGradientNorm", "enhancerGradientNorm", "learningRate", "skippedSteps",
    }.Concat(objective == CimObjective.RevDet ? new[] { "auc", "replacedShare" } : new[] { "l1Loss", "l2Loss" }).ToArray();

    private LoadedStep LoadUpdate()
    {
        var graph = new TensorGraph();
        StepScalar learningRate = CimUpdate.AddFromSums(graph, Models, _options, _counters, ScalesLosses);
        return new LoadedStep(Program.Load(Memory, Planner.Plan(graph, Profile), Loading with { Name = "CIM update" }), learningRate, null);
    }

    private uint[] ReadCounters()
    {
        var counters = new uint[StepCounters.Count];
        Memory.Read<uint>(_counters, 0, counters);
        return counters;
    }

    private static double MeanOf(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values) sum += value;
        return sum / values.Length;
    }

    private sealed record LoadedStep(Program Program, StepScalar Scalar, StepScalar? SamplingTemperature);
}
