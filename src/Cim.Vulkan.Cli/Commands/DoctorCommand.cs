using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim doctor</c>: what stands in the way of a training, and how to mend it; with <c>--plan</c> what a step will launch and need.</summary>
internal static class DoctorCommand
{
    private const double Mebi = 1048576;

    private static readonly Option<string?> s_data = new("--data") { Description = "Also look at these pictures: layout, classes, a sample decoded", HelpName = "PATH" };
    private static readonly Option<string> s_out = new("--out") { Description = "Where a run is to be written (default: here)", HelpName = "FOLDER", DefaultValueFactory = _ => "." };
    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Also write the findings as JSON", HelpName = "FILE" };
    private static readonly Option<bool> s_plan = new("--plan") { Description = "Print launches, bytes and largest tensors of a pre-training step with these options instead" };
    private static readonly Option<bool> s_commands = new("--commands") { Description = "With --plan: also print every command" };

    public static Command Create()
    {
        var command = new Command("doctor", "Look at the machine, the device and the data before a training, and say how to mend what is missing") { s_data, s_out, s_json, s_plan, s_commands };
        PretrainArguments.AddTo(command, planOnly: true);
        command.SetAction(parsed => parsed.GetValue(s_plan)
            ? DeviceSession.Run(GlobalOptions.Of(parsed), device => PrintPlan(parsed, DeviceProfiles.Of(device.Capabilities)))
            : PrintFindings(parsed));
        return command;
    }

    private static int PrintFindings(ParseResult parsed)
    {
        JsonTarget? json = JsonTarget.Of(parsed.GetValue(s_json));
        DoctorReport report = Doctor.Examine(new DoctorOptions
        {
            Data = parsed.GetValue(s_data),
            Out = parsed.GetValue(s_out) ?? ".",
            Device = GlobalOptions.Of(parsed).Device,
            CacheFolder = DeviceSession.CacheFolder(),
        });
        foreach (string line in Doctor.Lines(report)) Console.WriteLine(line);
        json?.Write(JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport));
        return report.Problems == 0 ? 0 : ErrorLines.UserMistake;
    }

    private static int PrintPlan(ParseResult parsed, DeviceProfile profile)
    {
        (DiscreteVaeOptions? tokenizer, string? note) = TokenizerOf(parsed);
        CimPretrainOptions options = PretrainArguments.Read(parsed, tokenizer);
        // A preview: what is free at the moment does not matter, what the device can do at all does.
        options = MicroBatches.Fit(options, tokenizer, profile, long.MaxValue, Console.WriteLine);
        ExecutionPlan plan = CimPretrainer.PlanStep(options, tokenizer, profile);
        Console.Write($"device          {profile.Name}\n{PlanReport.Summarize(plan)}");
        if (note is not null) Console.WriteLine(note);
        if (options.Accumulate > 1) Console.WriteLine($"with update     {CimPretrainer.NeededBytes(options, tokenizer, profile) / Mebi:F2} MiB: sums of gradients and the optimizer's state too");
        if (options.Recompute) Console.WriteLine(RecomputeLine(plan, options, tokenizer, profile));
        if (!parsed.GetValue(s_commands)) return 0;
        foreach (string line in PlanReport.Lines(plan)) Console.WriteLine(line);
        return 0;
    }

    private static string RecomputeLine(ExecutionPlan plan, CimPretrainOptions options, DiscreteVaeOptions? tokenizer, DeviceProfile profile)
    {
        bool hasGenerator = PretrainMethod.Of(options.Method).HasGenerator;
        string blocks = (options.Enhancer.Convolutional is null, hasGenerator) switch
        {
            (true, true) => $"recompute       {options.Enhancer.Depth} + {options.Generator.Depth} blocks of enhancer and generator",
            (true, false) => $"recompute       {options.Enhancer.Depth} blocks of the enhancer",
            (false, true) => $"recompute       {options.Generator.Depth} blocks of the generator, none of the ResNet",
            _ => "recompute       no block: a ResNet has none that are computed again",
        };
        string arena = $"{plan.Memory.ArenaBytes / Mebi:F2} MiB of arena";
        try
        {
            ExecutionPlan kept = CimPretrainer.PlanStep(options with { Recompute = false }, tokenizer, profile);
            double more = Work(plan) / Work(kept) - 1;
            return $"{blocks}: {arena} instead of {kept.Memory.ArenaBytes / Mebi:F2} MiB, {more * 100:F0} % more work";
        }
        catch (PlanException)
        {
            return $"{blocks}: {arena}, too much without";
        }
    }

    private static double Work(ExecutionPlan plan) => plan.Steps.OfType<DispatchStep>().Sum(launch => launch.Flops);

    // Without a file, the tokenizer that the recipe is meant for, or the one that `cim tokenizer train` makes by default; sizes are all that a plan needs.
    private static (DiscreteVaeOptions? Sizes, string? Note) TokenizerOf(ParseResult parsed)
    {
        if (!PretrainArguments.MethodOf(parsed).NeedsTokenizer) return (null, null);
        if (parsed.GetValue(PretrainArguments.Tokenizer) is { } path)
        {
            using WeightsFile file = TokenizerFile.Open(path);
            return (TokenizerFile.OptionsOf(file), null);
        }
        string preset = PretrainArguments.PresetOf(parsed);
        string? recipe = preset.Length > 0 ? Presets.TokenizerFor(preset) : null;
        TokenizerTrainingOptions training = recipe is null ? new TokenizerTrainingOptions() : Presets.Tokenizer(recipe);
        string which = recipe is null ? "the default" : $"--preset {recipe}";
        return (TokenizerFile.OptionsOf(training), $"tokenizer       none is given: planned with {training.VocabularySize} codes and width {training.HiddenWidth}, what `cim tokenizer train` makes by {which}");
    }
}
