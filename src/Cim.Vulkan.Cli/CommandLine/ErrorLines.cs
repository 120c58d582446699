using System;
using System.CommandLine;
using System.IO;
using Cim.Vulkan.Bench;
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
    public static string? OfParsing(ParseResult parsed) => ParsingMistakes.Describe(parsed) is { } problem ? $"cim: {problem}" : null;

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
            errors.WriteLine($"cim: {TextOf(exception)}");
            return UserMistake;
        }
        errors.WriteLine($"cim: {ParsingMistakes.OneLine(exception.Message)} ({exception.GetType().Name}{(verbose ? "" : "; --verbose prints where")})");
        if (verbose) errors.WriteLine(exception);
        return Failure;
    }

    // What a user can mend by other arguments, another driver, another file or a disk with room.
    private static bool IsUserMistake(Exception exception) => exception
        is DeviceSelectionException or VulkanUnavailableException or DeviceMemoryException or PlanException
        or DatasetException or ImageDecodeException
        or DivergenceException
        or OptionsException or CheckpointException or WeightsException or CimUsageException or BenchFileException
        or IOException or UnauthorizedAccessException;

    // Files say what the system said; the rest already says how to mend it.
    private static string TextOf(Exception exception) =>
        ParsingMistakes.OneLine(exception is IOException or UnauthorizedAccessException ? StorageFault.Describe(exception) : exception.Message);
}
