using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>Runs a copy of the launcher <c>cim</c> in a folder of its own, with a `dotnet` that only pretends.</summary>
internal static class LauncherRun
{
    private static readonly string[] s_folders = ["src", "bench", "shaders", "tests", "bin"];
    private static readonly string[] s_files = ["Directory.Build.props", "Directory.Packages.props", "Cim.Vulkan.sln", ".editorconfig"];

    private static readonly string[] s_tools =
        ["bash", "cat", "cksum", "cut", "dirname", "find", "grep", "head", "id", "ls", "mkdir", "mktemp", "mv", "rm", "sed", "sort", "tail", "tr", "uname"];

    /// <summary>Starts the copy.</summary>
    /// <param name="dotnet">Cases of a bash <c>case</c> over the first argument; null where there is no dotnet.</param>
    /// <param name="before">Changes the copy's folder.</param>
    /// <param name="temporary">The folder for temporary files, in the copy's; null for the system's.</param>
    /// <param name="arguments">Of the launcher; options only start no search for Vulkan.</param>
    public static CommandRun Start(string? dotnet, Action<string>? before = null, string? temporary = null, string[]? arguments = null)
    {
        string folder = Directory.CreateTempSubdirectory("cim-launcher-").FullName;
        try
        {
            foreach (string name in s_folders) Directory.CreateDirectory(Path.Combine(folder, name));
            foreach (string name in s_files) File.WriteAllText(Path.Combine(folder, name), "");
            File.Copy(Path.Combine(MistakeGuide.Root(), "global.json"), Path.Combine(folder, "global.json"));
            // The machine's own SDK must not be found.
            string script = File.ReadAllText(Path.Combine(MistakeGuide.Root(), "cim")).Replace("/usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet", "", StringComparison.Ordinal);
            WriteProgram(Path.Combine(folder, "cim"), script);
            LinkTools(Path.Combine(folder, "bin"));
            if (dotnet is not null) WriteProgram(Path.Combine(folder, "bin", "dotnet"), $"#!/bin/bash\ncase $1 in {dotnet} --version) echo 10.0.100;; esac\n");
            before?.Invoke(folder);
            CommandRun run = CommandRun.Start("/bin/bash", folder, Environment(folder, temporary), [Path.Combine(folder, "cim"), .. arguments ?? ["--help"]]);
            // What it is doing is not what is wrong.
            IEnumerable<string> lines = run.Errors.Replace(folder + "/", "", StringComparison.Ordinal).Split('\n').Where(line => !line.StartsWith("cim: building ", StringComparison.Ordinal));
            return run with { Errors = string.Join('\n', lines) };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Dictionary<string, string> Environment(string folder, string? temporary) => new()
    {
        ["PATH"] = Path.Combine(folder, "bin"),
        ["HOME"] = folder,
        ["DOTNET_ROOT"] = "",
        // Whoever chose a driver is not asked to install one.
        ["VK_DRIVER_FILES"] = Path.Combine(folder, "global.json"),
        ["TMPDIR"] = temporary is null ? Path.GetTempPath() : Path.Combine(folder, temporary),
    };

    // Whatever else the machine's PATH has is not found: above all its dotnet.
    private static void LinkTools(string folder)
    {
        string[] path = (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        foreach (string tool in s_tools)
            if (path.Select(place => Path.Combine(place, tool)).FirstOrDefault(File.Exists) is { } found) File.CreateSymbolicLink(Path.Combine(folder, tool), found);
    }

    private static void WriteProgram(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
