using System;

namespace Cim.Vulkan.Graph;

/// <summary>A step that a device cannot hold or launch: known when it is planned, before anything runs. The message says what is too large.</summary>
public sealed class PlanException : NotSupportedException
{
    /// <summary>States what does not fit.</summary>
    /// <param name="message">One line: what is too large for which device, and what would fit.</param>
    public PlanException(string message)
        : base(message)
    {
    }
}
