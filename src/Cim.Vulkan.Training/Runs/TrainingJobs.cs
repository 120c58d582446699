using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Options that cannot be run; the message lists every problem.</summary>
public sealed class OptionsException : Exception
{
    /// <summary>Joins problems into one line.</summary>
    /// <param name="problems">What is wrong, each with how to mend it.</param>
    public OptionsException(params string[] problems)
        : base(string.Join("; ", problems))
    {
    }
}

/// <summary>How a job is started, beside its options.</summary>
/// <param name="Resume">Whether to go on from the newest checkpoint in the folder.</param>
/// <param name="StopAfter">Stops after so many steps; null for none.</param>
/// <param name="Log">Takes lines for the user.</param>
public sealed record JobStart(bool Resume, long? StopAfter, Action<string> Log)
{
    /// <summary>Who watches the run, beside the files that every run writes; plain lines to <see cref="Log"/> where nothing else is said.</summary>
    public IReadOnlyList<IRunObserver> Observers { get; init; } = [new PlainLines(Log)];
}

/// <summary>The two trainings from options to files: what the command line calls.</summary>
public static class TrainingJobs
{
    private const string TokenizerDigest = "tokenizer.sha256";

    /// <summary>Trains a tokenizer and writes <c>tokenizer.safetensors</c>.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="start">How it is started.</param>
    /// <param name="cancellation">Stops after the step under way, with a checkpoint.</param>
    /// <exception cref="OptionsException">The options cannot be run.</exception>
    public static RunOutcome TrainTokenizer(GpuDevice device, TokenizerTrainingOptions options, JobStart start, CancellationToken cancellation)
    {
        Check(options, start.StopAfter);
        ImageSource source = DatasetLocator.Open(options.Data);
        start.Log(source.Description);
        RunLength length = LengthOf(source, options);
        DeviceProfile profile = DeviceProfiles.Of(device.Capabilities);
        StepFit.Require(options.Batch, canAccumulate: false, profile, device.FreeBytes(MemoryDomain.Device), batch => TokenizerTrainer.PlanStep(options with { Batch = batch }, profile).Memory.TotalBytes);
        var identity = new RunIdentity(TokenizerTrainingOptions.Kind, OptionsJson.ToJson(options));
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), options.Out, identity, start.Resume, RunOptions.MayDifferOnResume);
        BatchLoader loader = OpenLoader(source, options, profile, options.ImageSize, 0, null, start.Log);
        using var trainer = new TokenizerTrainer(device, options, source, loader, length.TotalSteps, Loading(start, cancellation));
        return Run(folder, identity, options, length, trainer, start, cancellation);
    }

    /// <summary>Pre-trains an enhancer by CIM or another method and writes <c>enhancer.safetensors</c>.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="start">How it is started.</param>
    /// <param name="cancellation">Stops after the step under way, with a checkpoint.</param>
    /// <exception cref="OptionsException">The options cannot be run.</exception>
    public static RunOutcome Pretrain(GpuDevice device, CimPretrainOptions options, JobStart start, CancellationToken cancellation)
    {
        Check(options, start.StopAfter);
        PretrainMethod method = PretrainMethod.Of(options.Method);
        using WeightsFile? tokenizer = method.NeedsTokenizer ? TokenizerFile.Open(options.Tokenizer) : null;
        ImageSource source = DatasetLocator.Open(options.Data);
        start.Log(source.Description);
        (options, bool isPastStart) = start.Resume ? InitialEnhancer.AsBefore(options) : (options, false);
        using InitialEnhancer? initial = isPastStart ? null : InitialEnhancer.Open(options);
        ProbeData? probeData = LiveProbe.DataOf(options);
        RunLength length = LengthOf(source, options);
        DeviceProfile profile = DeviceProfiles.Of(device.Capabilities);
        DiscreteVaeOptions? tokenizerSizes = tokenizer is null ? null : TokenizerFile.OptionsOf(tokenizer);
        if (start.Resume) options = MicroBatches.AsBefore(options);
        options = MicroBatches.Fit(options, tokenizerSizes, profile, device.FreeBytes(MemoryDomain.Device), start.Log);
        if (options.Preset.Length > 0) start.Log($"preset {options.Preset}, {Presets.DescriptionOf(options.Preset)}; with what was given: {OptionsJson.ToJson(options).GetRawText()}");
        if (options.Optimizer.ScalingNote(options.ImagesPerStep) is { } note) start.Log(note);
        if (tokenizer is not null) CheckTokenizer(options.Out, tokenizer, start.Resume);
        var identity = new RunIdentity(CimPretrainOptions.Kind, OptionsJson.ToJson(options));
        using RunFolder folder = RunFolder.Open(new PhysicalFileSystem(), options.Out, identity, start.Resume, RunOptions.MayDifferOnResume);
        if (tokenizer is not null) AtomicFiles.WriteText(folder.FileSystem, folder.File(TokenizerDigest), FileDigest.Sha256(tokenizer.Tensors.Path) + "\n");
        BatchLoader loader = OpenLoader(source, options, profile, options.ImageSize, tokenizer is null ? 0 : options.TokenizerImageSize, method.MaskOf(options), start.Log);
        using var trainer = new CimPretrainer(device, options, tokenizer, loader, length.TotalSteps, Loading(start, cancellation));
        if (initial is not null) Begin(initial, trainer, start.Log);
        using LiveProbe? probe = probeData is null ? null : new LiveProbe(trainer, probeData, options);
        return Run(folder, identity, options, length, trainer, start, cancellation, probe);
    }

    private static void Begin(InitialEnhancer initial, CimPretrainer trainer, Action<string> log)
    {
        initial.LoadInto(trainer.Memory, trainer.Models.Enhancer.Trunk);
        foreach (string line in initial.Lines) log(line);
    }

    private static ProgramOptions Loading(JobStart start, CancellationToken cancellation) =>
        new() { PipelinesMade = new RunObservers(start.Observers).Compiling, Cancellation = cancellation };

    private static RunOutcome Run(RunFolder folder, RunIdentity identity, RunOptions options, RunLength length, Trainer trainer, JobStart start, CancellationToken cancellation, LiveProbe? probe = null)
    {
        RunDevice.Of(trainer.Memory.Device.Capabilities).Save(folder);
        using var metrics = new MetricsFile();
        using var events = new TensorBoardEvents();
        var observers = new RunObservers([metrics, events, .. start.Observers]);
        RunOutcome outcome = new TrainingRun(folder, identity, options, length, trainer, observers) { Probe = probe }.Execute(start.Resume, start.StopAfter, cancellation);
        if (trainer.Loader.SkippedCount > 0) start.Log($"{trainer.Loader.SkippedCount} pictures could not be decoded and were skipped");
        start.Log(outcome.IsComplete ? trainer.Export(folder.FileSystem, folder.Path) : $"stopped at step {outcome.Step} of {length.TotalSteps}; go on with --resume");
        return outcome;
    }

    /// <summary>Refuses options that cannot be run, before anything is opened.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="stopAfter">Stops after so many steps; null for none.</param>
    /// <exception cref="OptionsException">The options cannot be run.</exception>
    public static void Check(RunOptions options, long? stopAfter)
    {
        string[] problems = options.Validate().ToArray();
        if (stopAfter < 1) problems = [.. problems, $"--stop-after is {stopAfter}, must be at least 1"];
        if (problems.Length > 0) throw new OptionsException(problems);
    }

    private static RunLength LengthOf(ImageSource source, RunOptions options)
    {
        if (options.ImagesPerStep > source.Count)
            throw new OptionsException($"a step takes {options.ImagesPerStep} pictures and there are {source.Count}: give --batch {Math.Max(1, source.Count / options.Accumulate)} or less, or more data");
        return RunLength.Of(source.Count, options.ImagesPerStep, options.Steps, options.Epochs);
    }

    private static BatchLoader OpenLoader(ImageSource source, RunOptions options, DeviceProfile profile, int imageSize, int tokenizerSize, MaskOptions? mask, Action<string> log)
    {
        CropRoom? room = options.Augmentation.For(profile).RoomFor(imageSize);
        if (room is { } crops) log($"crops are resized on the device; those of more than {crops.Side}x{crops.Side} pixels are shrunk to that on the host before");
        return new BatchLoader(source, new BatchLoaderOptions
        {
            BatchSize = options.Batch,
            ImageSize = imageSize,
            TokenizerSize = tokenizerSize,
            CropRoom = room,
            Crop = options.Augmentation.ToCropPolicy(),
            Mask = mask,
            Seed = options.Seed,
            Strict = options.Strict,
            MaximumPixels = options.MaximumPixels,
            Skipped = error => log($"skipped: {error.Message}"),
        });
    }

    // A run that is resumed with another tokenizer would be another run: the digest of the first one's weights stays in the folder.
    private static void CheckTokenizer(string folder, WeightsFile tokenizer, bool resume)
    {
        TokenizerFile.RequireSizes(tokenizer);
        string path = Path.Combine(folder, TokenizerDigest);
        if (resume && File.Exists(path) && File.ReadAllText(path).Trim() != FileDigest.Sha256(tokenizer.Tensors.Path))
            throw new OptionsException($"the run in '{folder}' was started with another tokenizer than '{tokenizer.Tensors.Path}': give that one, or another --out");
    }
}
