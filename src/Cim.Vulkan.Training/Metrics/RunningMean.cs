using System;

namespace Cim.Vulkan.Training;

/// <summary>The mean of the last values; values that are not finite are left out.</summary>
public sealed class RunningMean
{
    private readonly double[] _values;
    private long _added;

    /// <summary>Creates a mean over the last <paramref name="window"/> values.</summary>
    public RunningMean(int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        _values = new double[window];
    }

    /// <summary>How many values the mean is taken of.</summary>
    public int Count => (int)Math.Min(_added, _values.Length);

    /// <summary>The mean; NaN before the first value.</summary>
    public double Mean
    {
        get
        {
            // Summed anew: a sum that is kept up by adding and taking away drifts.
            double sum = 0;
            for (int i = 0; i < Count; i++) sum += _values[i];
            return sum / Count;
        }
    }

    /// <summary>Adds a value.</summary>
    public void Add(double value)
    {
        if (double.IsFinite(value)) _values[_added++ % _values.Length] = value;
    }
}
