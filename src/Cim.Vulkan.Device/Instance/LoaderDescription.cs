using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;

namespace Cim.Vulkan.Device;

/// <summary>The machine's Vulkan loader, looked at without creating an instance.</summary>
/// <param name="Path">The library that was loaded; null where the system does not tell.</param>
/// <param name="Version">The newest Vulkan version that the loader knows, such as <c>1.3.239</c>.</param>
/// <param name="Layers">Names of the installed layers.</param>
public sealed record LoaderDescription(string? Path, string Version, IReadOnlyCollection<string> Layers)
{
    private static readonly string[] s_names = { "libvulkan", "vulkan-1", "libMoltenVK" };

    /// <summary>True when the Khronos validation layer is installed.</summary>
    public bool HasValidation => Layers.Contains(VulkanInstance.ValidationLayer);

    /// <summary>Loads the loader and asks it.</summary>
    /// <exception cref="VulkanUnavailableException">There is none, or it is broken.</exception>
    public static LoaderDescription Find()
    {
        using var api = VulkanApi.Load();
        string version = VulkanVersion.Text(api.InstanceVersion());
        return new LoaderDescription(FindPath(), version, api.InstanceLayers());
    }

    // Drivers are named libvulkan_something; the loader has no such ending.
    private static string? FindPath()
    {
        using Process process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>().Select(module => module.FileName)
            .FirstOrDefault(path => path is not null && s_names.Contains(System.IO.Path.GetFileName(path).Split('.')[0]));
    }
}
