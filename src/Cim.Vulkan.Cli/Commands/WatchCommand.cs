using System;
using System.CommandLine;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim watch</c>: a run's page, live, for this machine's browsers.</summary>
internal static class WatchCommand
{
    private static readonly Option<int> s_port = new("--port") { Description = "Port on 127.0.0.1", HelpName = "N", DefaultValueFactory = _ => 8246 };

    public static Command Create()
    {
        var command = new Command("watch", "Serve a run's page on this machine; it follows the training until Ctrl-C") { ReportCommand.Run, s_port };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var server = new ReportServer(parsed.GetValue(ReportCommand.Run)!, parsed.GetValue(s_port));
            Console.WriteLine($"{server.Address} shows the run; Ctrl-C ends");
            await server.RunAsync(cancellation);
            return 0;
        });
        return command;
    }
}
