using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Cim.Vulkan.Cli.Tests;

/// <summary>The guide with a row for every mistake: what was done, and the line that the user sees.</summary>
internal static class MistakeGuide
{
    private const string Introduction = """
        # What if something is wrong?
        Whatever is wrong with a command, its data, its files or the machine: `cim` says it in one line that also says how to mend it, ends with
        exit code 2, and has written and overwritten nothing. `...` stands for the options that are right; names of files and devices, and
        sizes, are of course those of your machine. The tests run every row and compare the line.

        | what was done | the line |
        |---|---|

        """;

    private static readonly Regex s_row = new(@"^\| (?<done>.+?) \| `` (?<line>.+) `` \|$");

    /// <summary>Whether this run writes the guide anew.</summary>
    public static bool IsWritten => Environment.GetEnvironmentVariable("CIM_WRITE_GUIDES") == "1";

    private static string FilePath => Path.Combine(Root(), "src", "Cim.Vulkan.Cli", "guides", "mistakes.md");

    /// <summary>The rows of the guide.</summary>
    public static Dictionary<string, string> Read() => File.Exists(FilePath)
        ? File.ReadLines(FilePath).Select(line => s_row.Match(line)).Where(match => match.Success)
            .ToDictionary(match => match.Groups["done"].Value, match => match.Groups["line"].Value.Replace("\\|", "|", StringComparison.Ordinal))
        : [];

    /// <summary>The guide of these rows.</summary>
    public static string Compose(IEnumerable<(string Done, string Line)> rows) =>
        Introduction + string.Concat(rows.Select(row => $"| {row.Done} | `` {row.Line.Replace("|", "\\|", StringComparison.Ordinal)} `` |\n"));

    /// <summary>Writes the guide.</summary>
    public static void Write(IEnumerable<(string Done, string Line)> rows) => File.WriteAllText(FilePath, Compose(rows));

    /// <summary>The guide as it is.</summary>
    public static string Text() => File.Exists(FilePath) ? File.ReadAllText(FilePath) : "";

    /// <summary>The folder with the solution.</summary>
    public static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Cim.Vulkan.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("this test reads the checkout: run it from its own build output");
    }
}
