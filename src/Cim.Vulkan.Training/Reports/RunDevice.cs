using System;
using System.Text.Json;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Training;

/// <summary>What a run was last started on. Stored as <c>device.json</c> beside <c>run.json</c>; not part of the run's identity, for a run may move.</summary>
/// <param name="Name">The device's name.</param>
/// <param name="Type">Its kind, such as <c>Cpu</c>.</param>
/// <param name="Driver">The driver's name.</param>
/// <param name="DriverInfo">The driver's version as it describes itself.</param>
/// <param name="ApiVersion">Vulkan version of the device.</param>
/// <param name="MemoryBytes">Device-local memory.</param>
public sealed record RunDevice(string Name, string Type, string Driver, string DriverInfo, string ApiVersion, long MemoryBytes)
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "device.json";

    /// <summary>Describes a device.</summary>
    /// <param name="device">What is known about it.</param>
    public static RunDevice Of(DeviceCapabilities device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return new RunDevice(device.Name, device.Type.ToString(), device.DriverName, device.DriverInfo, device.ApiVersion, device.DeviceLocalBytes);
    }

    internal void Save(RunFolder folder) =>
        AtomicFiles.WriteText(folder.FileSystem, folder.File(FileName), JsonSerializer.Serialize(this, ReportJson.Default.RunDevice) + "\n");
}
