using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim demo</c>: all of Corrupted Image Modeling in a few minutes.</summary>
internal static class DemoCommand
{
    private static readonly Option<string> s_data = new("--data") { Description = "Pictures as pretrain takes them (default: shapes that the program draws itself)", HelpName = "PATH", DefaultValueFactory = _ => new DemoOptions().Data };
    private static readonly Option<string> s_out = new("--out") { Description = "The demo's folder; one with the same demo in it is gone on with, any other is left alone", HelpName = "FOLDER", DefaultValueFactory = _ => DemoOptions.DefaultOut };
    private static readonly Option<bool> s_trainTokenizer = new("--train-tokenizer") { Description = "Train a tokenizer on the pictures first, instead of taking the one that comes with the program" };
    private static readonly Option<DemoSize> s_size = new("--size") { Description = "cpu: minutes on a CPU driver; small: ViT-S on any GPU; base: ViT-B/16 on a large one", HelpName = "cpu|small|base" };
    private static readonly Option<long?> s_steps = new("--steps") { Description = "Steps of each training (default: what suits the size)", HelpName = "N" };

    public static Command Create()
    {
        var command = new Command("demo", "See it work: tokenizer, pre-training by RevDet and ResPix, probe, and a report to open; needs no pictures")
        {
            s_data, s_out, s_trainTokenizer, s_size, s_steps, RunConsole.Plain,
        };
        // On a thread of its own, so that Ctrl-C is heard meanwhile.
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var defaults = new DemoOptions();
        DemoOptions options = defaults with
        {
            Data = parsed.GetValue(s_data) ?? defaults.Data,
            Out = parsed.GetValue(s_out) ?? defaults.Out,
            TrainTokenizer = parsed.GetValue(s_trainTokenizer),
            Size = parsed.GetValue(s_size),
            Steps = parsed.GetValue(s_steps),
        };
        return DeviceSession.Run(GlobalOptions.Of(parsed), device =>
        {
            DemoOutcome outcome = RunConsole.Show(parsed, view => DemoRun.Run(device, options, view, cancellation));
            foreach (string line in DemoSummary.Lines(outcome)) Console.WriteLine(line);
            return 0;
        });
    }
}
