using System;
using System.Collections.Generic;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>
/// Cuts a step into submits that even a slow device of its kind finishes soon: desktop systems reset a GPU that works on one submit for
/// seconds, and draw nothing meanwhile. A single launch is never cut.
/// </summary>
internal static class SubmitSlices
{
    private const double LaunchMilliseconds = 0.01;

    /// <summary>The commands of each submit, as ranges of a plan's commands; together all of them, in order.</summary>
    /// <param name="steps">The commands.</param>
    /// <param name="device">The kind of device.</param>
    /// <param name="limitMilliseconds">How long a submit may take by the estimate.</param>
    public static IReadOnlyList<(int First, int Count)> Cut(IReadOnlyList<PlanStep> steps, DeviceType device, double limitMilliseconds)
    {
        var slices = new List<(int First, int Count)>();
        int first = 0;
        double sum = 0;
        for (int i = 0; i < steps.Count; i++)
        {
            double cost = Milliseconds(steps[i], device);
            if (i > first && sum + cost > limitMilliseconds)
            {
                slices.Add((first, i - first));
                (first, sum) = (i, 0);
            }
            sum += cost;
        }
        slices.Add((first, steps.Count - first));
        return slices;
    }

    /// <summary>What a slow device of a kind takes for a command; 0 on CPU drivers, which nothing resets.</summary>
    internal static double Milliseconds(PlanStep step, DeviceType device)
    {
        // Rates of our kernels on the slowest chips that are worth training on, not peaks.
        (double gigaflops, double gigabytes) = device switch
        {
            DeviceType.Cpu => (double.PositiveInfinity, double.PositiveInfinity),
            DeviceType.DiscreteGpu => (1000, 50),
            _ => (100, 10),
        };
        if (double.IsInfinity(gigaflops)) return 0;
        (double flops, double bytes) = step switch
        {
            DispatchStep dispatch => (dispatch.Flops, (double)dispatch.Bytes),
            FillStep fill => (0.0, (double)fill.Target.SizeBytes),
            CopyStep copy => (0.0, 2.0 * copy.Source.SizeBytes),
            _ => (0.0, 0.0),
        };
        return LaunchMilliseconds + Math.Max(flops / gigaflops, bytes / gigabytes) / 1e6;
    }
}
