using System;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim probe</c>: what the frozen features of a pre-trained enhancer are worth.</summary>
internal static class ProbeCommand
{
    private static readonly Argument<string> s_enhancer = new("RUN_OR_WEIGHTS") { Description = "A run's folder (of one under way, its newest checkpoint) or an enhancer.safetensors" };
    private static readonly Option<string> s_data = new("--data") { Description = "Labelled pictures: folder of class folders, CIFAR-10 binaries or WebDataset tars", HelpName = "PATH", Required = true };
    private static readonly Option<string?> s_testData = new("--test-data") { Description = "Pictures to measure on (default: the split val or test of --data, else 15 % of the pictures)", HelpName = "PATH" };
    private static readonly Option<int?> s_pictures = new("--pictures") { Description = "Most pictures in all, 15 % of them to measure on (default: 10000)", HelpName = "N" };
    private static readonly Option<ulong?> s_seed = new("--seed") { Description = "Chooses the pictures", HelpName = "N" };
    private static readonly Option<int?> s_batch = new("--batch") { Description = "Pictures of a forward pass", HelpName = "N" };
    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Also write the report as JSON", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("probe", "Measure frozen features by a linear probe and nearest neighbours, against the same network with random weights")
        {
            s_enhancer, s_data, s_testData, s_pictures, s_seed, s_batch, s_json,
        };
        // On a thread of its own, so that Ctrl-C is heard meanwhile.
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        JsonTarget? json = JsonTarget.Of(parsed.GetValue(s_json));
        ProbeOptions options = OptionsOf(parsed);
        return DeviceSession.Run(GlobalOptions.Of(parsed), device =>
        {
            ProbeReport report = EnhancerProbe.Run(device, options, Console.Out.WriteLine, cancellation);
            foreach (string line in report.Lines()) Console.WriteLine(line);
            json?.Write(JsonSerializer.Serialize(report, OutcomeJson.Default.ProbeReport));
            return 0;
        });
    }

    private static ProbeOptions OptionsOf(ParseResult parsed)
    {
        var defaults = new ProbeOptions();
        return defaults with
        {
            Enhancer = parsed.GetValue(s_enhancer) ?? "",
            Data = parsed.GetValue(s_data) ?? "",
            TestData = parsed.GetValue(s_testData),
            Pictures = parsed.GetValue(s_pictures) ?? defaults.Pictures,
            Seed = parsed.GetValue(s_seed) ?? defaults.Seed,
            Batch = parsed.GetValue(s_batch) ?? defaults.Batch,
        };
    }
}
