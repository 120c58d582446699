using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>Whether a step fits a device, asked before a run writes anything; where it does not, the batch that would.</summary>
public static class StepFit
{
    private const string MemoryProblem = "a step needs ";

    /// <summary>Refuses a step in one line where the device cannot hold it.</summary>
    /// <param name="batch">Pictures of a forward pass.</param>
    /// <param name="canAccumulate">Whether the run can average several forward passes into one step.</param>
    /// <param name="device">The device.</param>
    /// <param name="freeBytes">What it has free.</param>
    /// <param name="needed">Bytes of a step of so many pictures; called again for smaller batches only where the given one does not fit.</param>
    /// <exception cref="OptionsException">The step does not fit; the message names the largest batch that does.</exception>
    public static void Require(int batch, bool canAccumulate, DeviceProfile device, long freeBytes, Func<int, long> needed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(needed);
        if (ProblemOf(device, freeBytes, () => needed(batch)) is not { } problem) return;
        int fits = 0, tooLarge = batch;
        while (tooLarge - fits > 1)
        {
            int middle = fits + ((tooLarge - fits) / 2);
            if (ProblemOf(device, freeBytes, () => needed(middle)) is null) fits = middle;
            else tooLarge = middle;
        }
        if (fits == 0) throw NotEvenOne(problem);
        string accumulate = canAccumulate ? $" (with --accumulate {(batch + fits - 1) / fits} a step still learns from as many pictures)" : "";
        throw new OptionsException($"--batch {batch} does not fit: {problem}; give --batch {fits}, the largest that fits{accumulate}");
    }

    /// <summary>The largest part into which a batch can be cut evenly so that a step of it fits.</summary>
    /// <param name="batch">Pictures of a step.</param>
    /// <param name="device">The device.</param>
    /// <param name="freeBytes">What it has free.</param>
    /// <param name="needed">Bytes of a step by pictures of a pass and passes.</param>
    /// <returns>Pictures of a pass, and why the batch did not fit whole; no reason where it does.</returns>
    /// <exception cref="OptionsException">Not even one picture fits.</exception>
    public static (int Batch, string? Reason) LargestDivisor(int batch, DeviceProfile device, long freeBytes, Func<int, int, long> needed)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(needed);
        string? whole = null, problem = null;
        for (int count = 1; count <= batch; count++)
        {
            if (batch % count != 0) continue;
            int part = batch / count, passes = count;
            problem = ProblemOf(device, freeBytes, () => needed(part, passes));
            if (problem is null) return (part, whole);
            whole ??= problem.StartsWith(MemoryProblem, StringComparison.Ordinal) ? $"in {ByteSize.Of(freeBytes)}" : $"({problem})";
        }
        throw NotEvenOne(problem!);
    }

    private static OptionsException NotEvenOne(string problem) =>
        new($"not even one picture fits: {problem}; give a smaller --image-size or smaller networks, or choose another --device");

    private static string? ProblemOf(DeviceProfile device, long freeBytes, Func<long> needed)
    {
        try
        {
            long bytes = needed();
            return bytes <= freeBytes ? null : $"{MemoryProblem}{ByteSize.Of(bytes)} and {device.Name} has {ByteSize.Of(freeBytes)} free";
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
