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

/// <summary>Training of a small discrete VAE, the tokenizer of a CIM run (Ramesh et al. 2021).</summary>
public sealed class TokenizerTrainer : Trainer
{
    private const int GridPictures = 8;
    private const int EvaluationPictures = 1024;

    private readonly TokenizerTrainingOptions _options;
    private readonly TokenizerTrainingOptions _described;
    private readonly CosineSchedule _learningRate;
    private readonly CosineRamp _temperature;
    private readonly CosineRamp _klWeight;
    private readonly PersistentBuffer _counters = StepCounters.Buffer("step_counters");
    private readonly DiscreteVae _trained;
    private readonly DiscreteVae _evaluated;
    private readonly TokenizerStepGraph _step;
    private readonly Program _program;
    private readonly TokenizerEvaluation _evaluation;
    private readonly ImageSource _source;
    private readonly string[] _companions;

    /// <summary>Declares the network and gives it its first values.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="options">The run's options, without problems.</param>
    /// <param name="source">The pictures, for measuring at the end.</param>
    /// <param name="loader">Batches of the run.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    /// <param name="loading">How programs are loaded; null for the defaults.</param>
    public TokenizerTrainer(GpuDevice device, TokenizerTrainingOptions options, ImageSource source, BatchLoader loader, long totalSteps, ProgramOptions? loading = null)
        : base(device, options, loader, loading, "loss", "likelihood", "divergence", "usageEntropy", "gradientNorm", "temperature", "learningRate", "skippedSteps")
    {
        (_options, _described) = (options, WithPicturesOf(options, loader));
        _source = source;
        _learningRate = options.Optimizer.Schedule(totalSteps, options.ImagesPerStep);
        _temperature = options.TemperatureSchedule(totalSteps);
        _klWeight = options.KlWeightSchedule(totalSteps);
        _companions = options.EmaDecay > 0 ? [.. TrainedWeights.OptimizerState, "average"] : TrainedWeights.OptimizerState;
        DiscreteVaeOptions sizes = TokenizerFile.OptionsOf(options);
        _trained = new DiscreteVae(new ParameterSet("tokenizer"), sizes);
        _evaluated = new DiscreteVae(new ParameterSet("tokenizer_evaluated"), sizes);
        Memory.Initialize(_trained.Parameters, options.Seed);
        if (options.EmaDecay > 0) CopyValues(_trained.Parameters, _trained.Parameters.Values, _trained.Parameters.Companion("average"));
        SetCounters(_counters);
        _step = new TokenizerStepGraph(_trained, _described, LossScale);
        _step.AddUpdate(_counters);
        _program = Program.Load(Memory, Planner.Plan(_step.Graph, Profile, Planning), Loading with { Name = "tokenizer step" });
        _evaluation = new TokenizerEvaluation(Memory, Profile, _evaluated, options.Batch, options.ImageSize);
    }

    /// <inheritdoc/>
    public override double Loss => Metrics["loss"];

    /// <summary>The plan of a step, without a device.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="profile">The device to plan for.</param>
    public static ExecutionPlan PlanStep(TokenizerTrainingOptions options, DeviceProfile profile)
    {
        var network = new DiscreteVae(new ParameterSet("tokenizer"), TokenizerFile.OptionsOf(options));
        Precision precision = options.Precision.On(profile);
        PersistentBuffer counters = StepCounters.Buffer("step_counters");
        var step = new TokenizerStepGraph(network, options with { Augmentation = options.Augmentation.For(profile) }, precision == Precision.Float16 ? counters : null);
        step.AddUpdate(counters);
        return Planner.Plan(step.Graph, profile, options.PlanningOn(profile));
    }

    private PersistentBuffer? LossScale => ScalesLosses ? _counters : null;

    private PersistentBuffer Exported => _options.EmaDecay > 0 ? _trained.Parameters.Companion("average") : _trained.Parameters.Values;

    /// <summary>Measures the tokenizer as it would be exported now, on up to 1,024 pictures without augmentation.</summary>
    public TokenizerQuality Measure() => Measure(out _);

    private TokenizerQuality Measure(out CodeUsage usage)
    {
        Finish();
        LoadEvaluated();
        using var loader = new BatchLoader(_source, new BatchLoaderOptions { BatchSize = _options.Batch, ImageSize = _options.ImageSize, Crop = new CenterCrop(), Seed = _options.Seed, MaximumPixels = _options.MaximumPixels });
        return _evaluation.Measure(loader, Math.Clamp(EvaluationPictures / _options.Batch, 1, loader.StepsPerEpoch), out usage);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedTensor> CheckpointTensors()
    {
        var counters = new uint[StepCounters.Count];
        Memory.Read<uint>(_counters, 0, counters);
        return TrainedWeights.ForCheckpoint(Memory, _trained.Parameters, _companions).Append(NamedTensor.Of("step_counters", new[] { StepCounters.Count }, counters)).ToArray();
    }

    /// <inheritdoc/>
    public override void Restore(SafetensorsFile file)
    {
        TrainedWeights.Restore(Memory, _trained.Parameters, _companions, file);
        SetCounters(_counters, file.ReadUInt32s("step_counters"));
    }

    /// <inheritdoc/>
    public override void WriteGrid(IFileSystem fileSystem, string path)
    {
        if (LastBatch is null) return;
        Finish();
        LoadEvaluated();
        (float[] decoded, int[] tokens) = _evaluation.Run(LastBatch);
        var usage = new CodeUsage(_options.VocabularySize);
        usage.Add(tokens);
        CodeCounts.Save(fileSystem, _options.Out, usage);
        ImageGrid grid = TokenizerPictures.Draw(LastBatch.Images, decoded, _options.ImageSize, Math.Min(GridPictures, _options.Batch), across: false);
        AtomicFiles.WriteBytes(fileSystem, path, grid.ToPng());
    }

    /// <inheritdoc/>
    public override string Export(IFileSystem fileSystem, string folder)
    {
        TokenizerQuality quality = Measure(out CodeUsage usage);
        CodeCounts.Save(fileSystem, folder, usage);
        string path = Path.Combine(folder, TokenizerFile.Name);
        TokenizerFile.Save(fileSystem, path, _options, Memory, _trained.Parameters, Exported);
        AtomicFiles.WriteText(fileSystem, Path.Combine(folder, "quality.json"), System.Text.Json.JsonSerializer.Serialize(quality, QualityJson.Default.TokenizerQuality) + "\n");
        return $"tokenizer written to {path}: {quality.PsnrDecibels:F2} dB, {quality.CodesUsed} of {_options.VocabularySize} codes used, perplexity {quality.Perplexity:F0} ({quality.Pictures} pictures)";
    }

    /// <inheritdoc/>
    protected override Program ForwardProgram(ImageBatch batch, ProgramOptions loading) => _program;

    /// <inheritdoc/>
    protected override StepDescription DescribePasses(ImageBatch batch)
    {
        var step = new TokenizerStepGraph(_trained, _described, LossScale);
        var description = new StepDescription(step.Graph, [_trained.Parameters]);
        description.Add("the loss", step.Loss);
        description.AddGradients(_trained.Parameters, step.Gradients);
        return description;
    }

    /// <inheritdoc/>
    protected override void Fill(Program program, ImageBatch batch, long step, int pass)
    {
        PictureInputs.Fill(program, batch);
        program.SetStep(_options.Seed, (uint)step);
        program.Set(_step.Temperature, (float)_temperature.At(step));
        program.Set(_step.KlWeight, (float)_klWeight.At(step));
        program.Set(_step.LearningRate, (float)_learningRate.At(step));
    }

    /// <inheritdoc/>
    protected override void Collect(Program program, StepTicket ticket, StepMetrics metrics)
    {
        metrics.Add(0, program.Metric<float>(ticket, "loss")[0]);
        metrics.Add(1, program.Metric<float>(ticket, "likelihood")[0]);
        metrics.Add(2, program.Metric<float>(ticket, "divergence")[0]);
        metrics.Add(3, program.Metric<float>(ticket, "usage_entropy")[0]);
        ReadOnlySpan<uint> counters = program.Metric<uint>(ticket, "counters");
        metrics.Add(4, program.Metric<float>(ticket, "gradient_norm")[0] * UnscaleOf(counters));
        metrics.Add(5, _temperature.At(metrics.Step));
        metrics.Add(6, _learningRate.At(metrics.Step));
        metrics.Add(7, TakeCounters(counters));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _evaluation.Dispose();
            _program.Dispose();
        }
        base.Dispose(disposing);
    }

    private void LoadEvaluated() => CopyValues(_trained.Parameters, Exported, _evaluated.Parameters.Values);

    private void CopyValues(ParameterSet layout, PersistentBuffer from, PersistentBuffer to)
    {
        var values = new float[layout.PaddedCount];
        Memory.Read<float>(from, 0, values);
        Memory.Write<float>(to, 0, values);
    }
}
