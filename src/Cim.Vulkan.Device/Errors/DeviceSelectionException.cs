using System;

namespace Cim.Vulkan.Device;

/// <summary>The device that was asked for is not there; the message lists what there is.</summary>
public sealed class DeviceSelectionException : VulkanException
{
    /// <summary>Creates the exception with one line that says what is wrong and how to mend it.</summary>
    public DeviceSelectionException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the exception that caused it.</summary>
    public DeviceSelectionException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public DeviceSelectionException()
    {
    }
}
