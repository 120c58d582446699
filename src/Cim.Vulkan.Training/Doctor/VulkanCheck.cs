using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>The Vulkan loader, its layers, the devices, and the device that a training would take.</summary>
internal static class VulkanCheck
{
    private const string InstallOnDebian = "sudo apt-get install libvulkan1 mesa-vulkan-drivers (Debian, Ubuntu), or your GPU vendor's driver";

    public static IEnumerable<Finding> Run(string? request, string cacheFolder)
    {
        LoaderDescription? loader = null;
        string? problem = null;
        try
        {
            loader = LoaderDescription.Find();
        }
        catch (VulkanUnavailableException error)
        {
            problem = error.Message;
        }
        if (loader is null) return [new Finding(FindingLevel.Problem, "Vulkan loader", problem!, InstallOnDebian)];
        return [Loader(loader), Validation(loader), .. Devices(request, cacheFolder)];
    }

    private static Finding Loader(LoaderDescription loader) =>
        new(FindingLevel.Ok, "Vulkan loader", $"{loader.Version}{(loader.Path is null ? "" : $" at {loader.Path}")}");

    private static Finding Validation(LoaderDescription loader) => loader.HasValidation
        ? new Finding(FindingLevel.Ok, "validation layer", "installed, switched on by --validate")
        : new Finding(FindingLevel.Note, "validation layer", "not installed: --validate and validated tests need it, training does not", "sudo apt-get install vulkan-validationlayers, or the Vulkan SDK");

    private static List<Finding> Devices(string? request, string cacheFolder)
    {
        var findings = new List<Finding>();
        try
        {
            using VulkanInstance instance = VulkanInstance.Create();
            IReadOnlyList<DeviceDescription> devices = instance.EnumerateDevices();
            findings.AddRange(devices.Select(Describe));
            DeviceDescription chosen = DeviceSelector.Select(devices, request);
            findings.Add(new Finding(FindingLevel.Ok, "chosen device", $"{chosen.Index}: {chosen.Capabilities.Name}{(request is null ? ", choose another with --device" : "")}"));
            findings.AddRange(DeviceCheck.Run(chosen.Capabilities));
            findings.AddRange(Kernels(chosen.Capabilities, cacheFolder));
            using GpuDevice device = GpuDevice.Open(instance, chosen);
            findings.Add(new Finding(FindingLevel.Ok, "free memory", $"{ByteSize.Of(device.FreeBytes(MemoryDomain.Device))} for a run's weights and arena; `cim doctor --plan` says what a step needs"));
        }
        catch (DeviceSelectionException error)
        {
            findings.Add(new Finding(FindingLevel.Problem, "chosen device", error.Message, "give --device one of those, or leave it out"));
        }
        catch (VulkanException error)
        {
            findings.Add(new Finding(FindingLevel.Problem, "devices", error.Message, InstallOnDebian));
        }
        return findings;
    }

    private static List<Finding> Kernels(DeviceCapabilities device, string cacheFolder)
    {
        const string topic = "kernel choices";
        var findings = new List<Finding>();
        KernelTable table = KernelTables.Load(cacheFolder, device, line => findings.Add(new Finding(FindingLevel.Note, topic, line)));
        findings.Add(table.Origin.Length > 0
            ? new Finding(FindingLevel.Ok, topic, table.Origin)
            : new Finding(FindingLevel.Ok, topic, "not tuned: `cim tune` takes about a minute"));
        return findings;
    }

    private static Finding Describe(DeviceDescription device)
    {
        DeviceCapabilities capabilities = device.Capabilities;
        string text = $"{capabilities.Name}, {DeviceCheck.KindOf(capabilities.Type)}, {capabilities.DriverName} {capabilities.DriverInfo}, Vulkan {capabilities.ApiVersion}";
        return capabilities.IsUsable
            ? new Finding(FindingLevel.Ok, $"device {device.Index}", $"{text}: usable")
            : new Finding(FindingLevel.Note, $"device {device.Index}", $"{text}: not usable, needs Vulkan 1.2 with timeline semaphores", "update its driver");
    }
}
