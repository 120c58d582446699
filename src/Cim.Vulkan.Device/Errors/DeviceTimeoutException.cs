using System;

namespace Cim.Vulkan.Device;

/// <summary>The device did not finish within the bounded wait; the message says what was waited for.</summary>
public sealed class DeviceTimeoutException : VulkanException
{
    /// <summary>Creates the exception with one line that says what is wrong and how to mend it.</summary>
    public DeviceTimeoutException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the exception that caused it.</summary>
    public DeviceTimeoutException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public DeviceTimeoutException()
    {
    }
}
