using System;

namespace Cim.Vulkan.Training;

/// <summary>A safetensors file that is damaged or not what was asked for; the message is one line that names the file and the fault.</summary>
public sealed class SafetensorsException : WeightsException
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public SafetensorsException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with its one-line message and the error behind it.</summary>
    public SafetensorsException(string message, Exception? innerException) : base(message, innerException)
    {
    }
}
