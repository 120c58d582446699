using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Cim.Vulkan.Device;

/// <summary>All that is known about a device before it is opened.</summary>
public sealed record DeviceCapabilities
{
    /// <summary>The device's name.</summary>
    public required string Name { get; init; }

    /// <summary>PCI or Khronos vendor id.</summary>
    public required uint VendorId { get; init; }

    /// <summary>The vendor's id of the device.</summary>
    public required uint DeviceId { get; init; }

    /// <summary>Kind of the device.</summary>
    public required DeviceType Type { get; init; }

    /// <summary>The driver's name, such as <c>radv</c>.</summary>
    public required string DriverName { get; init; }

    /// <summary>The driver's description of itself, such as <c>Mesa 22.3.6</c>.</summary>
    public required string DriverInfo { get; init; }

    /// <summary>The driver's version in its vendor's own packing.</summary>
    public required uint DriverVersion { get; init; }

    /// <summary>Vulkan version of the device, such as <c>1.3.230</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>True when the device has Vulkan 1.2 and timeline semaphores, so that it can be opened.</summary>
    public required bool IsUsable { get; init; }

    /// <summary>The device's UUID, 32 hexadecimal digits in the usual five groups.</summary>
    public required string Uuid { get; init; }

    /// <summary>The driver's UUID, in the same form.</summary>
    public required string DriverUuid { get; init; }

    /// <summary>The UUID that changes with the format of pipeline caches.</summary>
    public required string PipelineCacheUuid { get; init; }

    /// <summary>Limits.</summary>
    public required DeviceLimits Limits { get; init; }

    /// <summary>Subgroups.</summary>
    public required SubgroupInfo Subgroup { get; init; }

    /// <summary>Optional features.</summary>
    public required DeviceFeatures Features { get; init; }

    /// <summary>Shapes of VK_KHR_cooperative_matrix; empty when the device has none.</summary>
    public required IReadOnlyList<CooperativeMatrixShape> CooperativeMatrixShapes { get; init; }

    /// <summary>Multiples in which the sizes of matrices may be chosen, by VK_NV_cooperative_matrix2; empty when the device has none.</summary>
    public IReadOnlyList<FlexibleMatrixShape> FlexibleMatrixShapes { get; init; } = Array.Empty<FlexibleMatrixShape>();

    /// <summary>Memory heaps as they were when the device was looked at.</summary>
    public required IReadOnlyList<MemoryHeap> Heaps { get; init; }

    /// <summary>True when a memory type is both the device's own and visible to the host, on all device-local memory.</summary>
    public required bool HasUnifiedMemory { get; init; }

    /// <summary>True for drivers that compute on the CPU.</summary>
    public bool IsCpu => Type == DeviceType.Cpu;

    /// <summary>Bytes of device-local memory in all heaps.</summary>
    public long DeviceLocalBytes => Heaps.Where(h => h.IsDeviceLocal).Sum(h => h.SizeBytes);

    /// <summary>64 hexadecimal digits that change with the device, its driver and the driver's version: what was compiled or measured with one of them is not another's.</summary>
    public string Identity => BitConverter.ToString(IdentityBytes()).Replace("-", "").ToLowerInvariant();

    internal byte[] IdentityBytes()
    {
        using var sha = SHA256.Create();
        return sha.ComputeHash(Encoding.UTF8.GetBytes($"{VendorId:x}/{DeviceId:x}/{Uuid}/{DriverUuid}/{PipelineCacheUuid}/{DriverVersion}/{IntPtr.Size}"));
    }
}
