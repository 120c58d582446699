using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Cim.Vulkan.Device;

/// <summary>Chooses a device by what the user asked for; it never falls back to another one in silence.</summary>
public static class DeviceSelector
{
    private const int LongestIndex = 2;

    /// <summary>Selects by index, by UUID (or its beginning, 8 digits at least), or by a part of the name; null selects the first GPU, else the CPU driver.</summary>
    /// <exception cref="DeviceSelectionException">Nothing matches, or a name fits several different devices; the message lists what there is.</exception>
    public static DeviceDescription Select(IReadOnlyList<DeviceDescription> devices, string? request)
    {
        if (devices is null) throw new ArgumentNullException(nameof(devices));
        if (devices.Count == 0)
        {
            throw new DeviceSelectionException("No Vulkan device found: install your GPU vendor's driver, or the CPU driver with `apt-get install mesa-vulkan-drivers`.");
        }
        var asked = request?.Trim();
        if (string.IsNullOrEmpty(asked)) return Default(devices);
        return ByIndex(devices, asked!) ?? ByUuid(devices, asked!) ?? ByName(devices, asked!)
            ?? throw new DeviceSelectionException($"no device matches \"{asked}\": give the index, a part of the name or the UUID of one of these: {List(devices)}");
    }

    internal static int Rank(DeviceType type) => type switch
    {
        DeviceType.DiscreteGpu => 0,
        DeviceType.IntegratedGpu => 1,
        DeviceType.VirtualGpu => 2,
        DeviceType.Other => 3,
        _ => 4,
    };

    private static DeviceDescription Default(IReadOnlyList<DeviceDescription> devices)
    {
        var usable = devices.Where(d => d.Capabilities.IsUsable).ToArray();
        return usable.FirstOrDefault(d => !d.Capabilities.IsCpu) ?? usable.FirstOrDefault()
            ?? throw new DeviceSelectionException($"No device has Vulkan 1.2 with timeline semaphores (update the driver); there is: {List(devices)}.");
    }

    // A short number is an index and never a part of a name: "6" must not choose a "Device of 256 bits" in silence.
    private static DeviceDescription? ByIndex(IReadOnlyList<DeviceDescription> devices, string asked)
    {
        if (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) return null;
        var found = devices.FirstOrDefault(d => d.Index == index);
        if (found is null && asked.Length <= LongestIndex) throw new DeviceSelectionException($"there is no device {asked}: give the index of one of these: {List(devices)}");
        return found;
    }

    private static DeviceDescription? ByUuid(IReadOnlyList<DeviceDescription> devices, string asked)
    {
        var digits = asked.Replace("-", "");
        if (digits.Length < 8 || !digits.All(Uri.IsHexDigit)) return null;
        return One(devices, asked, d => d.Capabilities.Uuid.Replace("-", "").StartsWith(digits, StringComparison.OrdinalIgnoreCase));
    }

    private static DeviceDescription? ByName(IReadOnlyList<DeviceDescription> devices, string asked) =>
        One(devices, asked, d => d.Capabilities.Name.Contains(asked, StringComparison.OrdinalIgnoreCase));

    private static DeviceDescription? One(IReadOnlyList<DeviceDescription> devices, string asked, Func<DeviceDescription, bool> fits)
    {
        var found = devices.Where(fits).ToArray();
        if (found.Length > 1 && found.Select(d => d.Capabilities.Name).Distinct().Count() > 1)
        {
            throw new DeviceSelectionException($"\"{asked}\" fits several devices: give the index of one of these: {List(found)}");
        }
        return found.Length == 0 ? null : found[0];
    }

    private static string List(IEnumerable<DeviceDescription> devices) => string.Join("; ", devices.Select(d => d.ToString()));
}
