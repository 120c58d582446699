using System;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Threading.Tasks;

namespace Cim.Vulkan.Cli;

/// <summary>The command <c>cim</c>: one file a subcommand under Commands, global options here, errors in <see cref="ErrorLines"/>.</summary>
internal static class CimCommandLine
{
    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The process's arguments.</param>
    /// <returns>0, also for a run that was stopped and has saved; 1 where something failed, 2 where the user can mend it.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Build().Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (ErrorLines.OfParsing(parsed) is { } mistake)
        {
            Console.Error.WriteLine(mistake);
            return ErrorLines.UserMistake;
        }
        // The library's own answer to signals gives up after a fixed time, however long a checkpoint takes.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        using StopSignals? signals = parsed.Action is AsynchronousCommandLineAction ? new StopSignals(Console.Error) : null;
        try
        {
            return await parsed.InvokeAsync(configuration, signals?.Wanted ?? default);
        }
        catch (Exception exception)
        {
            return ErrorLines.Report(exception, Console.Error, parsed.GetValue(GlobalOptions.Verbose));
        }
    }

    internal static RootCommand Build()
    {
        var root = new RootCommand("Pre-trains vision encoders by Corrupted Image Modeling on Vulkan compute. In a checkout, `./cim test` runs the tests and `./cim kernels` compiles shaders.");
        foreach (Option option in GlobalOptions.All) root.Add(option);
        root.Add(DemoCommand.Create());
        root.Add(TokenizerCommand.Create());
        root.Add(PretrainCommand.Create());
        root.Add(ProbeCommand.Create());
        root.Add(ExportCommand.Create());
        root.Add(WeightsCommand.Create());
        root.Add(ReportCommand.Create());
        root.Add(WatchCommand.Create());
        root.Add(DoctorCommand.Create());
        root.Add(DevicesCommand.Create());
        root.Add(TuneCommand.Create());
        root.Add(BenchCommand.Create());
        root.Add(KernelsCommand.Create());
        return root;
    }
}
