using System;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Cli;

/// <summary>Turns what went wrong into one line and an exit code.</summary>
internal static class ErrorLines
{
    /// <summary>Exit code where something failed that the user did not cause.</summary>
    public const int Failure = 1;

    /// <summary>Exit code of what the user can mend.</summary>
    public const int UserMistake = 2;

    /// <summary>Exit code after Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>One line about wrong arguments, with the nearest right words where there are any; null where the arguments are right.</summary>
    /// <param name="parsed">The arguments as parsed.</param>
    public static string? OfParsing(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is not ParseErrorAction action) return null;
        if (parsed.Tokens.Count == 0) return null;
        action.ShowHelp = false;
        using var text = new StringWriter();
        parsed.Invoke(new InvocationConfiguration { Error = text, Output = text });
        string[] lines = text.ToString().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string command = parsed.CommandResult.Command is RootCommand ? "cim" : $"cim {parsed.CommandResult.Command.Name}";
        return $"cim: {string.Join(" ", lines.Distinct())} (see `{command} --help`)";
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
        is DeviceSelectionException or VulkanUnavailableException or DeviceMemoryException
        or DatasetException or ImageDecodeException
        or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
        or CimUsageException;

    private static string OneLine(string message) => string.Join(" ", message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
