using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>Whether a step fits a device, asked before a run writes anything; where it does not, the batch that would.</summary>
public static class StepFit
{
    /// <summary>Plans a step and refuses it in one line where the device cannot hold it.</summary>
    /// <param name="batch">Pictures of a forward pass.</param>
    /// <param name="canAccumulate">Whether the run can average several forward passes into one step.</param>
    /// <param name="device">The device.</param>
    /// <param name="freeBytes">What it has free.</param>
    /// <param name="plan">The plan of a step of so many pictures; called again for smaller batches only where the given one does not fit.</param>
    /// <exception cref="OptionsException">The step does not fit; the message names the largest batch that does.</exception>
    public static void Require(int batch, bool canAccumulate, DeviceProfile device, long freeBytes, Func<int, ExecutionPlan> plan)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(plan);
        if (ProblemOf(batch, device, freeBytes, plan) is not { } problem) return;
        int fits = 0, tooLarge = batch;
        while (tooLarge - fits > 1)
        {
            int middle = fits + ((tooLarge - fits) / 2);
            if (ProblemOf(middle, device, freeBytes, plan) is null) fits = middle;
            else tooLarge = middle;
        }
        if (fits == 0) throw new OptionsException($"not even one picture fits: {problem}; give a smaller --image-size or smaller networks, or choose another --device");
        string accumulate = canAccumulate ? $" (with --accumulate {(batch + fits - 1) / fits} a step still learns from as many pictures)" : "";
        throw new OptionsException($"--batch {batch} does not fit: {problem}; give --batch {fits}, the largest that fits{accumulate}");
    }

    private static string? ProblemOf(int batch, DeviceProfile device, long freeBytes, Func<int, ExecutionPlan> plan)
    {
        try
        {
            long needed = plan(batch).Memory.TotalBytes;
            return needed <= freeBytes ? null : $"a step needs {ByteSize.Of(needed)} and {device.Name} has {ByteSize.Of(freeBytes)} free";
        }
        catch (PlanException error)
        {
            return error.Message;
        }
        catch (OverflowException)
        {
            return "a tensor would have more elements than can be counted";
        }
    }
}
