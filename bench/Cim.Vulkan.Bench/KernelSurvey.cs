using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>Makes the pipeline of every kernel with its default constants, but those of matrix units: whether a driver's compiler takes them all. Nothing is computed.</summary>
public static class KernelSurvey
{
    /// <summary>Runs the survey.</summary>
    /// <param name="device">The device; one that only compiles will do.</param>
    /// <param name="output">For a line a problem, what was left out, and the sum.</param>
    /// <param name="cancellation">Stops between two kernels.</param>
    /// <returns>0, or 1 where a pipeline could not be made.</returns>
    public static int Run(GpuDevice device, TextWriter output, CancellationToken cancellation)
    {
        DeviceProfile profile = DeviceProfiles.Of(device.Capabilities);
        int compiled = 0, failed = 0;
        var leftOut = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (Kernel kernel in AllKernels.Variants)
        {
            cancellation.ThrowIfCancellationRequested();
            var call = new KernelCall<PlanRange>(kernel, new PlanRange[kernel.Bindings.Count], new byte[kernel.PushConstantBytes],
                kernel.SpecializationConstants.Select(constant => constant.DefaultBits).ToArray());
            if (WhyNot(call, profile) is { } reason)
            {
                if (!leftOut.TryGetValue(reason, out List<string>? names)) leftOut.Add(reason, names = []);
                names.Add(kernel.Name);
            }
            else if (Compiles(device, call, output)) compiled++;
            else failed++;
        }
        foreach ((string reason, List<string> names) in leftOut) output.WriteLine($"left out, {reason}: {string.Join(", ", names)}");
        output.WriteLine($"{device.Capabilities.Name} ({device.Capabilities.DriverName} {device.Capabilities.DriverInfo}): " +
            $"{compiled} kernels compiled, {failed} failed, {leftOut.Values.Sum(names => names.Count)} left out");
        return failed == 0 ? 0 : 1;
    }

    private static string? WhyNot(KernelCall<PlanRange> call, DeviceProfile profile)
    {
        KernelFeatures missing = call.Kernel.Features & ~profile.Features;
        if (missing != 0) return $"the device has no {missing}";
        // Only the sizes that the device names are valid, and a default need not be one of them.
        if ((call.Kernel.Features & KernelFeatures.CooperativeMatrix) != 0) return "for its matrix sizes are chosen per device: `cim bench farm` compiles what is chosen";
        long invocations = (long)call.WorkgroupSize(0) * call.WorkgroupSize(1) * call.WorkgroupSize(2);
        return invocations > profile.MaxWorkgroupInvocations ? $"the device allows {profile.MaxWorkgroupInvocations} invocations" : null;
    }

    private static bool Compiles(GpuDevice device, KernelCall<PlanRange> call, TextWriter output)
    {
        try
        {
            device.GetPipeline(PipelineDescriptions.Of(call));
            return true;
        }
        catch (VulkanException exception) when (exception is not DeviceLostException)
        {
            output.WriteLine($"FAILED {call.Kernel}: {exception.Message}");
            return false;
        }
    }
}
