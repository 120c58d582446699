using System;
using System.CommandLine;
using System.Threading.Tasks;

namespace Cim.Vulkan.Cli;

/// <summary>The command <c>cim</c>: one file a subcommand under Commands, global options here, errors in <see cref="ErrorLines"/>.</summary>
internal static class CimCommandLine
{
    // Long enough to finish a step and write a checkpoint after Ctrl-C.
    private static readonly TimeSpan s_terminationTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Parses and runs.</summary>
    /// <param name="arguments">The process's arguments.</param>
    /// <returns>0, or 1 where something failed, 2 where the user can mend it, 130 after Ctrl-C.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Build().Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (ErrorLines.OfParsing(parsed) is { } mistake)
        {
            Console.Error.WriteLine(mistake);
            return ErrorLines.UserMistake;
        }
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = s_terminationTimeout };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception exception)
        {
            return ErrorLines.Report(exception, Console.Error, parsed.GetValue(GlobalOptions.Verbose));
        }
    }

    private static RootCommand Build()
    {
        var root = new RootCommand("Pre-trains vision encoders by Corrupted Image Modeling on Vulkan compute. In a checkout, `./cim test` runs the tests and `./cim kernels` compiles shaders.");
        foreach (Option option in GlobalOptions.All) root.Add(option);
        root.Add(TokenizerCommand.Create());
        root.Add(PretrainCommand.Create());
        root.Add(ProbeCommand.Create());
        root.Add(DoctorCommand.Create());
        root.Add(DevicesCommand.Create());
        root.Add(BenchCommand.Create());
        root.Add(KernelsCommand.Create());
        return root;
    }
}
