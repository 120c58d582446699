using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim devices</c>: what Vulkan devices there are.</summary>
internal static class DevicesCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON with limits and matrix shapes" };
        var command = new Command("devices", "List the Vulkan devices of this machine") { json };
        command.SetAction(parsed => Run(GlobalOptions.Of(parsed), parsed.GetValue(json)));
        return command;
    }

    private static int Run(GlobalOptions options, bool json)
    {
        using VulkanInstance instance = VulkanInstance.Create(new VulkanInstanceOptions { Validation = options.Validate });
        IReadOnlyList<DeviceDescription> devices = instance.EnumerateDevices();
        if (options.Device is not null || devices.Count == 0) devices = [DeviceSelector.Select(devices, options.Device)];
        if (json)
        {
            using Stream output = Console.OpenStandardOutput();
            DeviceListing.WriteJson(devices, output);
        }
        else
        {
            DeviceListing.WriteText(devices, Console.Out);
        }
        return 0;
    }
}
