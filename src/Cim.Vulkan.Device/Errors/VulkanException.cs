using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>A Vulkan call returned an error; carries the call's name and the name of its VkResult.</summary>
public class VulkanException : Exception
{
    /// <summary>Creates an exception with a message of its own.</summary>
    public VulkanException(string message) : base(message)
    {
    }

    /// <summary>Creates an exception with a message and the exception that caused it.</summary>
    public VulkanException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates an exception without details.</summary>
    public VulkanException()
    {
    }

    internal VulkanException(string call, Result result, string? detail = null)
        : base($"{call} returned {result} ({(int)result}){(detail is null ? "." : ": " + detail)}")
    {
        Call = call;
        ResultName = result.ToString();
        ResultCode = (int)result;
    }

    /// <summary>The Vulkan function that failed, such as <c>vkQueueSubmit</c>; empty when none did.</summary>
    public string Call { get; } = "";

    /// <summary>The name of the VkResult, such as <c>ErrorDeviceLost</c>; empty when there is none.</summary>
    public string ResultName { get; } = "";

    /// <summary>The number of the VkResult; 0 when there is none.</summary>
    public int ResultCode { get; }
}
