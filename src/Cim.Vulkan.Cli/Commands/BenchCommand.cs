using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim bench</c>: whether a device computes right, how fast, and how such measurements compare.</summary>
internal static class BenchCommand
{
    private static readonly Option<string?> s_filter = new("--filter") { Description = "Only cases whose name has these words and none after a minus, such as \"matmul 768x3072 -fp16\"", HelpName = "WORDS" };

    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Also write the rows as JSON", HelpName = "FILE" };

    private static readonly Option<EnhancerSize?> s_size = new("--size") { Description = "Size of the ViT, of the generator, pictures and tokenizer with it (default: small, on a CPU driver micro)", HelpName = "micro|tiny|small|base" };

    private static readonly Option<CimObjective> s_objective = new("--objective") { Description = "revdet: spot replaced tokens; respix: restore pixels", HelpName = "revdet|respix" };

    private static readonly Option<int?> s_batch = new("--batch") { Description = "Pictures of a step (default: 64, on a CPU driver 8)", HelpName = "N" };

    private static readonly Option<int?> s_steps = new("--steps") { Description = "Steps to time (default: a second's worth)", HelpName = "N" };

    private static readonly Argument<string> s_first = new("A") { Description = "A file that `cim bench` wrote with --json", HelpName = "A.json" };

    private static readonly Argument<string> s_second = new("B") { Description = "Another one", HelpName = "B.json" };

    private static readonly Argument<string[]> s_files = new("FILES") { Description = "Files that `cim bench` wrote with --json", HelpName = "A.json [B.json ...]", Arity = ArgumentArity.OneOrMore };

    private static readonly Option<string> s_out = new("--out") { Description = "The HTML file to write", HelpName = "FILE.html", Required = true };

    public static Command Create()
    {
        var validate = new Command("validate", "Compare every op case and golden model with its reference on this device") { s_filter, s_json };
        validate.SetAction((parsed, cancellation) => Run(parsed, BenchValidate.Run, cancellation));
        var ops = new Command("ops", "Validate the benchmark cases, then time them on the device") { s_filter, s_json };
        ops.SetAction((parsed, cancellation) => Run(parsed, BenchOps.Run, cancellation));
        var models = new Command("models", "Time the forward pass of whole networks with random weights") { s_filter, s_json };
        models.SetAction((parsed, cancellation) => Run(parsed, BenchModels.Run, cancellation));
        var train = new Command("train", "Time a whole pre-training step with random weights and pictures") { s_size, s_objective, s_batch, s_steps, RunArguments.Precision, s_json };
        train.SetAction(Train);
        var compare = new Command("compare", "Lay two files of `cim bench` with --json side by side") { s_first, s_second, s_filter };
        compare.SetAction(parsed => BenchCompare.Run(parsed.GetValue(s_first)!, parsed.GetValue(s_second)!, new BenchOptions { Filter = parsed.GetValue(s_filter) ?? "" }, Console.Out));
        var report = new Command("report", "Write one HTML page about such files: roofs, rooflines, all rows, two files side by side") { s_files, s_out };
        report.SetAction(parsed => BenchPage.Run(parsed.GetValue(s_files) ?? [], parsed.GetValue(s_out)!, Console.Out));
        return new Command("bench", "Validate and time this device, compare timings, look at what its compiler makes") { validate, ops, models, train, compare, report, BenchFarmCommand.Create() };
    }

    private static Task<int> Run(ParseResult parsed, Func<Device.GpuDevice, BenchOptions, TextWriter, CancellationToken, int> bench, CancellationToken cancellation)
    {
        var options = new BenchOptions { Filter = parsed.GetValue(s_filter) ?? "", JsonPath = JsonTarget.Of(parsed.GetValue(s_json))?.Path };
        return OnDevice(parsed, device => bench(device, options, Console.Out, cancellation), cancellation);
    }

    private static Task<int> Train(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new TrainBenchOptions
        {
            Size = parsed.GetValue(s_size),
            Objective = parsed.GetValue(s_objective),
            Batch = parsed.GetValue(s_batch),
            Steps = parsed.GetValue(s_steps),
            Precision = parsed.GetValue(RunArguments.Precision),
            JsonPath = JsonTarget.Of(parsed.GetValue(s_json))?.Path,
        };
        return OnDevice(parsed, device => BenchTrain.Run(device, options, Console.Out, cancellation), cancellation);
    }

    // On a thread of its own, so that Ctrl-C is seen while a case runs.
    private static Task<int> OnDevice(ParseResult parsed, Func<Device.GpuDevice, int> bench, CancellationToken cancellation) =>
        Task.Run(() => DeviceSession.Run(GlobalOptions.Of(parsed), bench), cancellation);
}
