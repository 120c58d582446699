using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>What a command line printed and returned.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    private const int WaitMilliseconds = 120_000;

    /// <summary>Runs the command line in this process.</summary>
    public static async Task<CommandRun> InProcess(params string[] arguments)
    {
        (TextWriter formerOutput, TextWriter formerErrors) = (Console.Out, Console.Error);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        try
        {
            Console.SetOut(output);
            Console.SetError(errors);
            return new CommandRun(await CimCommandLine.RunAsync(arguments), output.ToString(), errors.ToString());
        }
        finally
        {
            Console.SetOut(formerOutput);
            Console.SetError(formerErrors);
        }
    }

    /// <summary>Runs the command line as a process of its own, for what the loader reads from the environment.</summary>
    public static CommandRun AsProcess(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Start(dotnet, folder, environment, [Path.Combine(TestContext.CurrentContext.TestDirectory, "cim.dll"), .. arguments]);
    }

    /// <summary>Runs any program.</summary>
    public static CommandRun Start(string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        Assert.That(process.WaitForExit(WaitMilliseconds), Is.True, $"{program} did not end");
        return new CommandRun(process.ExitCode, output.Result, errors.Result);
    }
}
