using System;
using System.CommandLine;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Bench;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim tune</c>: finds the fastest tiles and splits on this device by trying them.</summary>
internal static class TuneCommand
{
    private static readonly Option<string?> s_filter = new("--filter") { Description = "Only shapes whose name has these words and none after a minus, such as \"matmul nt -fp16\"", HelpName = "WORDS" };

    private static readonly Option<int> s_seconds = new("--seconds") { Description = "How long it may take (default: 60)", HelpName = "N", DefaultValueFactory = _ => 60 };

    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "List the shapes and how many choices each has; nothing is timed" };

    public static Command Create()
    {
        var command = new Command("tune", "Time the kernels that this device may choose from and keep the fastest for later runs") { s_filter, s_seconds, s_dryRun };
        command.SetAction((parsed, cancellation) => Run(parsed, cancellation));
        return command;
    }

    private static Task<int> Run(ParseResult parsed, CancellationToken cancellation)
    {
        int seconds = parsed.GetValue(s_seconds);
        if (seconds < 1) throw new CimUsageException($"--seconds must be at least 1, got {seconds}");
        var options = new TuneOptions
        {
            Filter = parsed.GetValue(s_filter) ?? "",
            Limit = TimeSpan.FromSeconds(seconds),
            IsDryRun = parsed.GetValue(s_dryRun),
            Folder = DeviceSession.CacheFolder(),
            Progress = Console.IsErrorRedirected ? null : Overwrite,
        };
        // Compared is with the device's own choice, so an older table must not be in use. On a thread of its own, so that Ctrl-C is seen.
        return Task.Run(() => DeviceSession.Run(GlobalOptions.Of(parsed) with { NoTune = true }, device => Run(device, options, cancellation)), CancellationToken.None);
    }

    private static int Run(GpuDevice device, TuneOptions options, CancellationToken cancellation)
    {
        if (KernelTuner.Run(device, options, Console.Out, cancellation) == 0)
            throw new CimUsageException($"--filter \"{options.Filter}\" names no shape: `cim tune --dry-run` lists them");
        return 0;
    }

    private static void Overwrite(string text)
    {
        int width = Math.Max(20, Console.IsOutputRedirected ? 80 : Console.BufferWidth) - 1;
        Console.Error.Write($"\r{(text.Length > width ? text[..width] : text.PadRight(width))}\r");
    }
}
