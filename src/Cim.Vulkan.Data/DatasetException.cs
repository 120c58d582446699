using System;

namespace Cim.Vulkan.Data;

/// <summary>A data set that cannot be used; the message is one line that says what was looked for and how to mend it.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public DatasetException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and the error behind it.</summary>
    public DatasetException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
