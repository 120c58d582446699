using System;
using System.CommandLine;
using System.IO;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim report</c>: a run's folder as one HTML file.</summary>
internal static class ReportCommand
{
    public static readonly Argument<string> Run = new("RUN") { Description = "The run's folder, the one that was its --out" };

    private static readonly Option<string?> s_out = new("--out") { Description = "The HTML file (default: report.html in the run's folder); an earlier report is replaced", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("report", "Write one HTML file about a run, finished or not: curves, pictures, codes, configuration") { Run, s_out };
        command.SetAction(parsed =>
        {
            string folder = parsed.GetValue(Run)!;
            RunReport run = RunReportReader.Read(folder);
            string path = parsed.GetValue(s_out) ?? Path.Combine(folder, "report.html");
            ReportPage.Write(path, run);
            Console.WriteLine($"report written to {path}");
            return 0;
        });
        return command;
    }
}
