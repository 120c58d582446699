using System;

namespace Cim.Vulkan.Training;

/// <summary>
/// A value that goes from one number to another along half a cosine and then stays: the temperature and the KL weight of tokenizer
/// training (Ramesh et al., "Zero-Shot Text-to-Image Generation", 2021, appendix A.2).
/// </summary>
public sealed record CosineRamp
{
    /// <summary>Creates a ramp; with 0 steps the value is constant.</summary>
    public CosineRamp(double from, double to, long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        (From, To, Steps) = (from, to, steps);
    }

    /// <summary>The value at step 0.</summary>
    public double From { get; }

    /// <summary>The value from step <see cref="Steps"/> on.</summary>
    public double To { get; }

    /// <summary>How many steps the ramp takes.</summary>
    public long Steps { get; }

    /// <summary>The Gumbel-softmax temperature: 1 → 1/16 over the first part of a run.</summary>
    /// <param name="totalSteps">Steps of the run.</param>
    /// <param name="fraction">The part of the run that the ramp takes, 0 to 1.</param>
    /// <param name="from">The temperature at the start.</param>
    /// <param name="to">The temperature after the ramp.</param>
    public static CosineRamp Temperature(long totalSteps, double fraction, double from = 1, double to = 1.0 / 16) => new(from, to, Part(totalSteps, fraction));

    /// <summary>The KL weight: 0 → its value over the first part of a run.</summary>
    /// <param name="weight">The weight after the ramp.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    /// <param name="fraction">The part of the run that the ramp takes, 0 to 1.</param>
    public static CosineRamp KlWeight(double weight, long totalSteps, double fraction) => new(0, weight, Part(totalSteps, fraction));

    /// <summary>The value of a step, counted from 0.</summary>
    public double At(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return Value(From, To, step, Steps);
    }

    internal static double Value(double from, double to, long step, long steps) =>
        step >= steps ? to : to + (from - to) * 0.5 * (1 + Math.Cos(Math.PI * step / steps));

    private static long Part(long totalSteps, double fraction)
    {
        if (!(fraction >= 0 && fraction <= 1)) throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "a part of a run lies between 0 and 1");
        return (long)Math.Round(totalSteps * fraction);
    }
}
