using System;
using System.IO;

namespace Cim.Vulkan.Training;

/// <summary>What the system says about a file, in words that say how to mend it.</summary>
public static class StorageFault
{
    private const int DiskFull = 28, ReadOnly = 30, QuotaReached = 122, InputOutput = 5, Exists = 17, WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>One line about a failed read or write.</summary>
    /// <param name="error">An <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public static string Describe(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        string said = error.Message.ReplaceLineEndings(" ").TrimEnd('.');
        string? mend = error switch
        {
            FileNotFoundException or DirectoryNotFoundException => "check the path",
            UnauthorizedAccessException => "you may not write there: give a path of yours, or change its permissions",
            _ => Mend(error.HResult, said),
        };
        return mend is null ? said : $"{said} ({mend})";
    }

    // On Unix the runtime keeps the system's error number in HResult; texts of our own flushes carry it in brackets.
    private static string? Mend(int code, string said)
    {
        bool Is(int number) => code == number || said.Contains($"(error {number})", StringComparison.Ordinal);
        return Is(DiskFull) || code == WindowsDiskFull ? "the disk is full: free some space, then go on with --resume"
            : Is(QuotaReached) ? "your quota is used up: free some space, then go on with --resume"
            : Is(ReadOnly) ? "the disk is mounted read-only: give a path on another one"
            : Is(InputOutput) ? "the disk fails: save what is there, and give a path on another one"
            : Is(Exists) ? "a file is in the way: give another name"
            : null;
    }
}
