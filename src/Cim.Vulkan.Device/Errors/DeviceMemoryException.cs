using System;

namespace Cim.Vulkan.Device;

/// <summary>An allocation is larger than what the device has free.</summary>
public sealed class DeviceMemoryException : VulkanException
{
    /// <summary>Creates the exception with one line that says what is wrong and how to mend it.</summary>
    public DeviceMemoryException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the exception that caused it.</summary>
    public DeviceMemoryException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public DeviceMemoryException()
    {
    }
}
