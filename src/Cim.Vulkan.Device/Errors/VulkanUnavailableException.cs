using System;

namespace Cim.Vulkan.Device;

/// <summary>Vulkan, a layer or a version of it that was asked for is not on this machine.</summary>
public sealed class VulkanUnavailableException : VulkanException
{
    /// <summary>Creates the exception with one line that says what is wrong and how to mend it.</summary>
    public VulkanUnavailableException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception with a message and the exception that caused it.</summary>
    public VulkanUnavailableException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public VulkanUnavailableException()
    {
    }
}
