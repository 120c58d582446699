using System;
using System.CommandLine;
using Cim.Vulkan.Training;
using Spectre.Console;

namespace Cim.Vulkan.Cli;

/// <summary>Chooses how a run is shown: a live line on a terminal, plain lines elsewhere.</summary>
internal static class RunConsole
{
    public static readonly Option<bool> Plain = new("--plain") { Description = "Print plain lines, as to a pipe, instead of a live progress line" };

    /// <summary>Does work and shows it.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <param name="work">Tells the observer it is given; its <see cref="IRunObserver.Noted"/> takes lines for the user.</param>
    /// <returns>What the work returns.</returns>
    public static T Show<T>(ParseResult parsed, Func<IRunObserver, T> work)
    {
        // The validation layer's messages go to the standard error, past the live line.
        bool isLive = !parsed.GetValue(Plain) && !parsed.GetValue(GlobalOptions.ValidateOption) && !Console.IsOutputRedirected;
        IAnsiConsole? console = isLive ? Create() : null;
        return console is { Profile.Capabilities: { Ansi: true, Interactive: true } } ? new LiveRun(console).Show(work) : work(new PlainLines(Console.Out.WriteLine));
    }

    private static IAnsiConsole Create()
    {
        bool noColor = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return AnsiConsole.Create(new AnsiConsoleSettings { ColorSystem = noColor ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect });
    }
}
