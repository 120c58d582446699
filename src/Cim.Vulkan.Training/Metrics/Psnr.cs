using System;

namespace Cim.Vulkan.Training;

/// <summary>Peak signal-to-noise ratio in decibels.</summary>
public static class Psnr
{
    /// <summary>The ratio for a mean squared error; infinite for an error of 0.</summary>
    /// <param name="meanSquaredError">The mean of squared differences.</param>
    /// <param name="peak">The largest value a pixel can have.</param>
    public static double OfMeanSquaredError(double meanSquaredError, double peak = 1) => 10 * Math.Log10(peak * peak / meanSquaredError);

    /// <summary>The ratio of two pictures of equal size.</summary>
    /// <exception cref="ArgumentException">The lengths differ or are 0.</exception>
    public static double Of(ReadOnlySpan<float> original, ReadOnlySpan<float> restored, double peak = 1)
    {
        if (original.Length != restored.Length || original.IsEmpty) throw new ArgumentException($"psnr: needs two pictures of one size, got {original.Length} and {restored.Length} values");
        double sum = 0;
        for (int i = 0; i < original.Length; i++)
        {
            double difference = (double)original[i] - restored[i];
            sum += difference * difference;
        }

        return OfMeanSquaredError(sum / original.Length, peak);
    }
}
