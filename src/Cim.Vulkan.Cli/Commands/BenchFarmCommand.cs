using System;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim bench farm</c>: what a driver's compiler makes of the kernels that would be chosen, and how that compares with a baseline.</summary>
internal static class BenchFarmCommand
{
    private static readonly Option<string?> s_filter = new("--filter") { Description = "Only kernels whose name and constants have these words and none after a minus, such as \"conv2d TILE_M=64\"", HelpName = "WORDS" };

    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Also write every figure and the compiler's own statistics as JSON", HelpName = "FILE" };

    private static readonly Option<string?> s_baseline = new("--baseline") { Description = "Compare with earlier figures; exit code 1 where a hot kernel newly spills registers", HelpName = "FILE" };

    private static readonly Option<bool> s_update = new("--update") { Description = "With --baseline: put the figures into the file instead of comparing" };

    private static readonly Option<string?> s_as = new("--as") { Description = "The device's name in files (default: its own; virtual devices may share one)", HelpName = "NAME" };

    public static Command Create()
    {
        var command = new Command("farm", "Compile the kernels that would be chosen here and tell registers, spills and instructions; nothing is run") { s_filter, s_json, s_baseline, s_update, s_as };
        command.SetAction((parsed, cancellation) => Run(parsed, cancellation));
        return command;
    }

    private static Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new FarmOptions
        {
            Filter = parsed.GetValue(s_filter) ?? "",
            JsonPath = JsonTarget.Of(parsed.GetValue(s_json))?.Path,
            BaselinePath = parsed.GetValue(s_baseline),
            IsUpdate = parsed.GetValue(s_update),
            DeviceName = parsed.GetValue(s_as),
        };
        if (options.IsUpdate && options.BaselinePath is null) throw new CimUsageException("--update is given without --baseline: say which file with --baseline FILE");
        if (options.IsUpdate && options.Filter.Length > 0) throw new CimUsageException("--update is given with --filter: leave --filter out, for a baseline is of all hot kernels");
        FarmSurvey.Check(options);
        FarmWork[] steps = [.. FullSizeSteps.All.Select(step => new FarmWork(step.Name, step.Batch, step.Plan))];
        return Task.Run(() => DeviceSession.Run(GlobalOptions.Of(parsed), device => FarmSurvey.Run(device, options, steps, Console.Out, cancellation)), cancellation);
    }
}
