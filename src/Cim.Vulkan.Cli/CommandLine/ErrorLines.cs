using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary>Turns what went wrong into one line and an exit code.</summary>
internal static class ErrorLines
{
    /// <summary>Exit code where something failed that the user did not cause.</summary>
    public const int Failure = 1;

    /// <summary>Exit code of what the user can mend.</summary>
    public const int UserMistake = 2;

    /// <summary>Exit code after Ctrl-C where there was nothing to save.</summary>
    public const int Interrupted = 130;

    /// <summary>One line about wrong arguments, with the nearest right word where there is one; null where the arguments are right.</summary>
    /// <param name="parsed">The arguments as parsed.</param>
    public static string? OfParsing(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is not ParseErrorAction) return null;
        Command command = parsed.CommandResult.Command;
        string path = PathOf(parsed.CommandResult);
        string problem;
        if (parsed.UnmatchedTokens is [string word, ..])
            problem = NearestWord.To(word, WordsOf(parsed.CommandResult)) is { } nearest ? $"'{word}' is unknown, did you mean {nearest}?" : $"'{word}' is unknown";
        else if (command.Subcommands.Count > 0) problem = $"a command is missing: {string.Join(", ", command.Subcommands.Select(sub => sub.Name))}";
        else problem = string.Join(" ", parsed.Errors.Select(error => OneLine(error.Message)).Distinct());
        return $"cim: {problem} (see `{path} --help`)";
    }

    /// <summary>Writes one line about an exception.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="errors">Where the line goes.</param>
    /// <param name="verbose">Whether the stack of an unexpected error follows.</param>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception, TextWriter errors, bool verbose)
    {
        if (exception is OperationCanceledException)
        {
            errors.WriteLine("cim: stopped");
            return Interrupted;
        }
        if (IsUserMistake(exception))
        {
            errors.WriteLine($"cim: {OneLine(exception.Message)}");
            return UserMistake;
        }
        errors.WriteLine($"cim: {OneLine(exception.Message)} ({exception.GetType().Name}{(verbose ? "" : "; --verbose prints where")})");
        if (verbose) errors.WriteLine(exception);
        return Failure;
    }

    // What a user can mend by other arguments, another driver or another file.
    private static bool IsUserMistake(Exception exception) => exception
        is DeviceSelectionException or VulkanUnavailableException or DeviceMemoryException or PlanException
        or DatasetException or ImageDecodeException
        or DivergenceException
        or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
        or OptionsException or CheckpointException or SafetensorsException or CimUsageException;

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "cim";

    // The words that could stand here: subcommands, the command's options, and the global ones.
    private static IEnumerable<string> WordsOf(CommandResult result)
    {
        IEnumerable<string> own = result.Command.Subcommands.Select(sub => sub.Name).Concat(result.Command.Options.Select(option => option.Name));
        return own.Concat(GlobalOptions.All.Select(option => option.Name));
    }

    private static string OneLine(string message) => string.Join(" ", message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
