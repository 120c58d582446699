using System;

namespace Cim.Vulkan.Training;

/// <summary>A run whose steps are skipped one after the other since they are not finite; the message is one line with what to do.</summary>
public sealed class DivergenceException : Exception
{
    /// <summary>Creates the exception with its one-line message.</summary>
    public DivergenceException(string message) : base(message)
    {
    }
}
