using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Cim.Vulkan.Bench;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim bench</c>: whether a device computes right, how fast, and how two such measurements compare.</summary>
internal static class BenchCommand
{
    private static readonly Option<string?> s_filter = new("--filter") { Description = "Only cases whose name has these words, such as \"matmul 768x3072\"", HelpName = "WORDS" };

    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Also write the rows as JSON", HelpName = "FILE" };

    private static readonly Argument<string> s_first = new("A") { Description = "A file that `cim bench ops --json` wrote", HelpName = "A.json" };

    private static readonly Argument<string> s_second = new("B") { Description = "Another one", HelpName = "B.json" };

    public static Command Create()
    {
        var validate = new Command("validate", "Compare every op case and golden model with its reference on this device") { s_filter, s_json };
        validate.SetAction((parsed, cancellation) => Run(parsed, BenchValidate.Run, cancellation));
        var ops = new Command("ops", "Validate the benchmark cases, then time them on the device") { s_filter, s_json };
        ops.SetAction((parsed, cancellation) => Run(parsed, BenchOps.Run, cancellation));
        var compare = new Command("compare", "Lay two files of `cim bench ops --json` side by side") { s_first, s_second, s_filter };
        compare.SetAction(parsed => BenchCompare.Run(parsed.GetValue(s_first)!, parsed.GetValue(s_second)!, new BenchOptions { Filter = parsed.GetValue(s_filter) ?? "" }, Console.Out));
        return new Command("bench", "Validate and time this device, compare timings, look at what its compiler makes") { validate, ops, compare, BenchFarmCommand.Create() };
    }

    private static Task<int> Run(ParseResult parsed, Func<Device.GpuDevice, BenchOptions, TextWriter, CancellationToken, int> bench, CancellationToken cancellation)
    {
        var options = new BenchOptions { Filter = parsed.GetValue(s_filter) ?? "", JsonPath = JsonTarget.Of(parsed.GetValue(s_json))?.Path };
        // On a thread of its own, so that Ctrl-C is seen while a case runs.
        return Task.Run(() => DeviceSession.Run(GlobalOptions.Of(parsed), device => bench(device, options, Console.Out, cancellation)), cancellation);
    }
}
