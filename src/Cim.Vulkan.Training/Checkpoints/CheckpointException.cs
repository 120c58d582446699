using System;

namespace Cim.Vulkan.Training;

/// <summary>A run folder or checkpoint that cannot be used; the message is one line that says why and how to mend it.</summary>
public sealed class CheckpointException : Exception
{
    private const string Mend = "the checkpoints before are untouched: make room or mend the disk, then go on with --resume";

    /// <summary>Creates the exception with its one-line message.</summary>
    public CheckpointException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and the error behind it.</summary>
    public CheckpointException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Whether an error is the storage's.</summary>
    internal static bool IsStorage(Exception error) => error is System.IO.IOException or UnauthorizedAccessException;

    /// <summary>What could not be written, why, and how to go on.</summary>
    internal static CheckpointException OfStorage(string what, Exception error) => new($"could not {what}: {StorageFault.Describe(error)}; {Mend}", error);
}
