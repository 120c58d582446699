using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>One number through time.</summary>
/// <param name="Name">Its key in <c>metrics.jsonl</c>.</param>
/// <param name="Points">Finite values by step, rising, one a step.</param>
/// <param name="NotFinite">Steps whose value was not a finite number.</param>
public sealed record MetricSeries(string Name, IReadOnlyList<(long Step, double Value)> Points, int NotFinite)
{
    private const int SmoothedPoints = 200, WindowsPerCurve = 25;

    /// <summary>The newest value.</summary>
    public double Last => Points.Count == 0 ? double.NaN : Points[^1].Value;

    /// <summary>The mean of the newest values, over as many as the smoothed curve takes together.</summary>
    public double Recent => Points.Count == 0 ? double.NaN : MeanOf(Math.Max(0, Points.Count - (2 * Reach) - 1), Points.Count - 1);

    /// <summary>The median of all values; null without any.</summary>
    public double? Median => Points.Count == 0 ? null : Points.Select(point => point.Value).Order().ElementAt(Points.Count / 2);

    /// <summary>The mean of the values up to a step; null without any.</summary>
    /// <param name="steps">Steps done.</param>
    public double? MeanOfFirst(long steps) => Mean(step => step <= steps);

    /// <summary>The mean of the values of the last steps; null without any.</summary>
    /// <param name="steps">How many steps.</param>
    public double? MeanOfLast(long steps) => Mean(step => step > Points[^1].Step - steps);

    // Points on either side that are averaged with one.
    private int Reach => Math.Max(1, Points.Count / (2 * WindowsPerCurve));

    /// <summary>A moving average whose window shrinks towards both ends, so that it neither lags nor invents a beginning.</summary>
    public IReadOnlyList<(long Step, double Value)> Smoothed()
    {
        var smoothed = new List<(long, double)>();
        int stride = Math.Max(1, Points.Count / SmoothedPoints);
        for (int i = 0; i < Points.Count; i = i == Points.Count - 1 ? Points.Count : Math.Min(i + stride, Points.Count - 1))
        {
            int reach = Math.Min(Reach, Math.Min(i, Points.Count - 1 - i));
            smoothed.Add((Points[i].Step, MeanOf(i - reach, i + reach)));
        }
        return smoothed;
    }

    /// <summary>The points, thinned to the lowest and highest of each stretch where there are more than can be seen.</summary>
    /// <param name="limit">About how many points stay.</param>
    public IReadOnlyList<(long Step, double Value)> Thinned(int limit)
    {
        if (Points.Count <= limit) return Points;
        var thinned = new List<(long Step, double Value)>();
        int stretches = limit / 2;
        for (int i = 0; i < stretches; i++)
        {
            int first = (int)((long)Points.Count * i / stretches), end = (int)((long)Points.Count * (i + 1) / stretches);
            int low = first, high = first;
            for (int j = first + 1; j < end; j++)
            {
                if (Points[j].Value < Points[low].Value) low = j;
                if (Points[j].Value > Points[high].Value) high = j;
            }
            thinned.Add(Points[Math.Min(low, high)]);
            if (low != high) thinned.Add(Points[Math.Max(low, high)]);
        }
        return thinned;
    }

    private double? Mean(Func<long, bool> includes) =>
        Points.Where(point => includes(point.Step)).Select(point => (double?)point.Value).Average();

    private double MeanOf(int first, int last)
    {
        double sum = 0;
        for (int i = first; i <= last; i++) sum += Points[i].Value;
        return sum / (last - first + 1);
    }
}
