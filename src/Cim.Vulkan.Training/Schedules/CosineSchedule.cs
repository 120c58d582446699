using System;

namespace Cim.Vulkan.Training;

/// <summary>
/// The learning rate of a step: from 0 in a straight line to the peak at step <see cref="WarmupSteps"/>, from there along half a cosine to
/// the minimum at step <see cref="TotalSteps"/>, and the minimum after it.
/// </summary>
public sealed record CosineSchedule
{
    /// <summary>Creates a schedule.</summary>
    /// <exception cref="ArgumentException">The steps or rates contradict each other.</exception>
    public CosineSchedule(double peak, double minimum, long warmupSteps, long totalSteps)
    {
        if (!(peak >= minimum) || !(minimum >= 0)) throw new ArgumentException($"learning rate: needs 0 <= minimum <= peak, got minimum {minimum} and peak {peak}");
        if (warmupSteps < 0 || totalSteps < warmupSteps) throw new ArgumentException($"learning rate: {warmupSteps} warm-up steps do not fit a run of {totalSteps}");
        (Peak, Minimum, WarmupSteps, TotalSteps) = (peak, minimum, warmupSteps, totalSteps);
    }

    /// <summary>The highest rate.</summary>
    public double Peak { get; }

    /// <summary>The rate at the end.</summary>
    public double Minimum { get; }

    /// <summary>Steps until the peak.</summary>
    public long WarmupSteps { get; }

    /// <summary>Steps of the run.</summary>
    public long TotalSteps { get; }

    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return step < WarmupSteps ? Peak * step / WarmupSteps : CosineRamp.Value(Peak, Minimum, step - WarmupSteps, TotalSteps - WarmupSteps);
    }
}
