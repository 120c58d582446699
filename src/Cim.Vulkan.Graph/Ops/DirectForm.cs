using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// What the kernels for CPU drivers share: a workgroup is one full subgroup, without shared memory and barriers. There every load costs a walk over
/// the lanes, so what all lanes need is loaded once, a part each, and handed round by shuffles.
/// </summary>
internal static class DirectForm
{
    /// <summary>Whether a device takes these kernels, whose subgroups read four rows at once.</summary>
    /// <param name="device">The device.</param>
    public static bool Suits(DeviceProfile device) => device.IsCpu && (device.Features & KernelFeatures.Subgroup) != 0 && LocalSize(device) % 4 == 0;

    /// <summary>Invocations of a workgroup.</summary>
    /// <param name="device">The device.</param>
    public static int LocalSize(DeviceProfile device) => Math.Max(1, Math.Min(device.SubgroupSize, device.MaxWorkgroupInvocations));

    /// <summary>Appends a launch of full subgroups.</summary>
    /// <param name="lowering">Takes the launch.</param>
    /// <param name="call">The kernel with its operands.</param>
    /// <param name="groupsX">Workgroups along x.</param>
    /// <param name="groupsY">Workgroups along y.</param>
    /// <param name="groupsZ">Workgroups along z.</param>
    /// <param name="flops">Floating-point operations.</param>
    public static void Launch(Lowering lowering, KernelCall<Tensor> call, long groupsX, long groupsY, long groupsZ, double flops)
    {
        int size = LocalSize(lowering.Device);
        // Where no size can be required there is but one.
        if (size >= lowering.Device.MinSubgroupSize && size <= lowering.Device.MaxSubgroupSize) call.RequiredSubgroupSize = size;
        lowering.Launch(call, groupsX, groupsY, groupsZ, flops);
    }
}
