using System;

namespace Cim.Vulkan.Device;

/// <summary>How a <see cref="VulkanInstance"/> is created.</summary>
public sealed record VulkanInstanceOptions
{
    /// <summary>Turns on the Khronos validation layer with synchronization validation.</summary>
    public bool Validation { get; init; }

    /// <summary>Called for each message, on whatever thread Vulkan reports it; it must not call Vulkan.</summary>
    public Action<ValidationMessage>? OnMessage { get; init; }

    /// <summary>The application's name as drivers and captures show it.</summary>
    public string ApplicationName { get; init; } = "Cim.Vulkan";
}
