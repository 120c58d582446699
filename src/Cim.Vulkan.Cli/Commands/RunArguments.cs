using System;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Device;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>What <c>cim tokenizer train</c> and <c>cim pretrain</c> have in common on the command line.</summary>
internal static class RunArguments
{
    public static readonly Option<string> Data = new("--data") { Description = "Pictures: folder of class folders, flat folder, CIFAR-10 binaries or WebDataset tars", HelpName = "PATH", Required = true };
    public static readonly Option<string> Out = new("--out") { Description = "The run's folder: checkpoints, metrics.jsonl, grids, weights", HelpName = "FOLDER", Required = true };
    public static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the pictures in pixels", HelpName = "PIXELS" };
    public static readonly Option<string[]> Set = new("--set") { Description = "Any option of run.json by name, such as optimizer.beta2=0.98", HelpName = "NAME=VALUE", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true };

    private static readonly Option<long?> s_steps = new("--steps") { Description = "Steps of the run", HelpName = "N" };
    private static readonly Option<double?> s_epochs = new("--epochs") { Description = "Passes over the data, where --steps is not given", HelpName = "N" };
    private static readonly Option<int?> s_batch = new("--batch") { Description = "Pictures of a forward pass", HelpName = "N" };
    private static readonly Option<ulong?> s_seed = new("--seed") { Description = "Seed of everything random", HelpName = "N" };
    private static readonly Option<double?> s_learningRate = new("--learning-rate") { Description = "Peak learning rate", HelpName = "RATE" };
    private static readonly Option<CropKind?> s_crop = new("--crop") { Description = "How pictures are cropped: RandomResized, PadShift, Center, Whole", HelpName = "KIND" };
    private static readonly Option<AugmentationPlace?> s_augmentOn = new("--augment-on") { Description = "Where crops are resized and flipped: auto on the device, where it is no CPU driver", HelpName = "auto|host|device" };
    public static readonly Option<PrecisionChoice> Precision = new("--precision") { Description = "In which type matrices are multiplied: fp16 and bf16 on matrix units, without them in fp32 on what lies in 16 bits; auto takes what the device has matrix units for, else fp32", HelpName = "fp32|fp16|bf16|auto", DefaultValueFactory = _ => PrecisionChoice.Fp32 };
    private static readonly Option<bool> s_strict = new("--strict") { Description = "Stop at the first picture that cannot be decoded, instead of skipping and naming it" };
    private static readonly Option<long?> s_maximumPixels = new("--max-pixels") { Description = "Skip pictures with more pixels than this (default: 100000000)", HelpName = "N" };
    private static readonly Option<int?> s_logEvery = new("--log-every") { Description = "Steps between log lines", HelpName = "N" };
    private static readonly Option<int?> s_gridEvery = new("--grid-every") { Description = "Steps between picture grids, 0 for none", HelpName = "N" };
    private static readonly Option<int?> s_saveEvery = new("--save-every") { Description = "Steps between checkpoints, 0 for the last step only", HelpName = "N" };
    private static readonly Option<int?> s_keep = new("--keep") { Description = "Checkpoints that stay, beside the best one", HelpName = "N" };
    private static readonly Option<bool> s_checkFinite = new("--check-finite") { Description = "Name the first tensor that is not finite when a step is skipped; waits for every step" };
    private static readonly Option<bool> s_resume = new("--resume") { Description = "Go on from the newest checkpoint in --out" };
    private static readonly Option<long?> s_stopAfter = new("--stop-after") { Description = "Stop after this many steps, with a checkpoint to resume from", HelpName = "N" };
    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Write the outcome as JSON", HelpName = "FILE" };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command, bool planOnly = false)
    {
        Option[] model = [ImageSize, Set, s_batch, s_learningRate, s_crop, s_augmentOn, Precision];
        Option[] run = [Data, Out, s_steps, s_epochs, s_seed, s_strict, s_maximumPixels, s_logEvery, s_gridEvery, s_saveEvery, s_keep, s_checkFinite, s_resume, s_stopAfter, s_json, RunConsole.Plain];
        foreach (Option option in model) command.Add(option);
        foreach (Option option in planOnly ? [] : run) command.Add(option);
    }

    /// <summary>Lays what was given over the defaults.</summary>
    public static T Over<T>(ParseResult parsed, T options, OptimizerOptions optimizer, Func<T, OptimizerOptions, T> withOptimizer)
        where T : RunOptions
    {
        // A rate that is given is meant as it is, whatever batch a recipe's own is for.
        if (parsed.GetValue(s_learningRate) is { } rate)
            options = withOptimizer(options, optimizer with { LearningRate = rate, MinimumLearningRate = Math.Min(rate, optimizer.MinimumLearningRate), ReferenceBatch = null });
        (long? steps, double? epochs) = (parsed.GetValue(s_steps), parsed.GetValue(s_epochs));
        return options with
        {
            Data = parsed.GetValue(Data) ?? "-",
            Out = parsed.GetValue(Out) ?? "-",
            Steps = epochs is null ? steps ?? options.Steps : steps,
            Epochs = steps is null ? epochs ?? options.Epochs : epochs,
            Batch = parsed.GetValue(s_batch) ?? options.Batch,
            Precision = parsed.GetValue(Precision),
            Seed = parsed.GetValue(s_seed) ?? options.Seed,
            Augmentation = options.Augmentation with { Crop = parsed.GetValue(s_crop) ?? options.Augmentation.Crop, On = parsed.GetValue(s_augmentOn) ?? options.Augmentation.On },
            Strict = parsed.GetValue(s_strict),
            MaximumPixels = parsed.GetValue(s_maximumPixels) ?? options.MaximumPixels,
            LogEvery = parsed.GetValue(s_logEvery) ?? options.LogEvery,
            GridEvery = parsed.GetValue(s_gridEvery) ?? options.GridEvery,
            SaveEvery = parsed.GetValue(s_saveEvery) ?? options.SaveEvery,
            KeepCheckpoints = parsed.GetValue(s_keep) ?? options.KeepCheckpoints,
            CheckFinite = parsed.GetValue(s_checkFinite),
        };
    }

    /// <summary>Runs a training on the chosen device, off the thread that hears Ctrl-C.</summary>
    public static Task<int> Run(ParseResult parsed, RunOptions options, Func<GpuDevice, JobStart, CancellationToken, RunOutcome> job, CancellationToken cancellation)
    {
        (bool resume, long? stopAfter) = (parsed.GetValue(s_resume), parsed.GetValue(s_stopAfter));
        TrainingJobs.Check(options, stopAfter);
        JsonTarget? json = JsonTarget.Of(parsed.GetValue(s_json));
        return Task.Run(() => DeviceSession.Run(GlobalOptions.Of(parsed), device => RunConsole.Show(parsed, view =>
        {
            var start = new JobStart(resume, stopAfter, view.Noted) { Observers = [view] };
            start.Log($"device: {device.Capabilities.Name}, {device.Capabilities.DriverInfo}");
            RunOutcome outcome = job(device, start, cancellation);
            json?.Write(JsonSerializer.Serialize(outcome, OutcomeJson.Default.RunOutcome));
            return 0;
        })), CancellationToken.None);
    }
}
