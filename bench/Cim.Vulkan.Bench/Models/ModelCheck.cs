using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Bench;

/// <summary>Whether a network's output is what a second plan of its graph gives for the first picture, finite, and not the same everywhere.</summary>
/// <param name="Error">Largest difference relative to the largest value; not a number where it was not looked for.</param>
/// <param name="Problem">What is wrong, a line; null where nothing is.</param>
internal sealed record ModelCheck(double Error, string? Problem)
{
    /// <summary>Largest relative difference of the two plans: float32 over fifty layers, with sums in another order.</summary>
    public const double Tolerance = 1e-4;

    // Of the largest value; weights and pictures are random, so that a flat output means that they were not used.
    private const double LeastDeviation = 1e-3;

    /// <summary>Looks at an output.</summary>
    /// <param name="output">Of the batch.</param>
    /// <param name="expected">The first picture's.</param>
    public static ModelCheck Of(IReadOnlyList<float> output, IReadOnlyList<float> expected)
    {
        double sum = 0, squares = 0, largest = 0, difference = 0;
        foreach (float value in output)
        {
            if (!float.IsFinite(value)) return new ModelCheck(double.NaN, "an output is not finite");
            (sum, squares) = (sum + value, squares + ((double)value * value));
        }
        for (int i = 0; i < expected.Count; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(expected[i] - output[i]));
        }
        double mean = sum / output.Count, deviation = Math.Sqrt(Math.Max(0, (squares / output.Count) - (mean * mean))), error = difference / largest;
        if (!(deviation > LeastDeviation * largest)) return new ModelCheck(error, "the output is nearly the same everywhere");
        return new ModelCheck(error, error <= Tolerance ? null : FormattableString.Invariant($"the first picture differs by {error:E1} from the same graph in its other form, more than {Tolerance:E0}"));
    }
}
