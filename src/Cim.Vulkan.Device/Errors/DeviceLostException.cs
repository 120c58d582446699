using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Device;

/// <summary>The device was lost (reset, hung or unplugged); carries the labels of the last launches that were submitted.</summary>
public sealed class DeviceLostException : VulkanException
{
    /// <summary>Creates the exception for a failed call with the labels of the last launches, oldest first.</summary>
    public DeviceLostException(string call, IReadOnlyList<string> lastLaunches)
        : base($"The device was lost in {call}; last launches: {(lastLaunches is null or { Count: 0 } ? "none" : string.Join(", ", lastLaunches))}. " +
               "Open the device again; if it repeats, the first of these launches is the suspect.")
    {
        LastLaunches = lastLaunches ?? Array.Empty<string>();
    }

    /// <summary>Creates the exception with a message of its own.</summary>
    public DeviceLostException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the exception that caused it.</summary>
    public DeviceLostException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public DeviceLostException()
    {
    }

    /// <summary>Labels of the last launches submitted before the loss, oldest first.</summary>
    public IReadOnlyList<string> LastLaunches { get; } = Array.Empty<string>();
}
