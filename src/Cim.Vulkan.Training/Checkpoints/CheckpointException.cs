using System;

namespace Cim.Vulkan.Training;

/// <summary>A run folder or checkpoint that cannot be used; the message is one line that says why and how to mend it.</summary>
public sealed class CheckpointException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public CheckpointException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and the error behind it.</summary>
    public CheckpointException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
