using System;
using System.Globalization;
using System.Text;

namespace Cim.Vulkan.Training;

/// <summary>Plain log lines: <c>step 120/1500 | loss 4.92 | lr 1.5e-3 | 312 images/s | ETA 0:02:10</c>.</summary>
public static class ProgressLine
{
    private const double SmallestPlain = 0.01, LargestPlain = 1e5;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>Formats a line.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="totalSteps">Steps of the run.</param>
    /// <param name="metrics">The numbers to show, in order, under the names given.</param>
    /// <param name="imagesPerSecond">The pace; left out when 0.</param>
    /// <param name="remaining">The time left; left out when null.</param>
    public static string Format(long step, long totalSteps, ReadOnlySpan<Metric> metrics, double imagesPerSecond, TimeSpan? remaining)
    {
        var line = new StringBuilder();
        line.Append(Invariant, $"step {step}/{totalSteps}");
        foreach (Metric metric in metrics) line.Append(Invariant, $" | {metric.Name} {Number(metric.Value)}");
        if (imagesPerSecond > 0) line.Append(Invariant, $" | {Number(imagesPerSecond)} images/s");
        if (remaining is TimeSpan time) line.Append(Invariant, $" | ETA {Duration(time)}");
        return line.ToString();
    }

    /// <summary>Three significant digits: <c>4.92</c>, <c>312</c>, <c>1.5e-3</c>.</summary>
    public static string Number(double value)
    {
        double size = Math.Abs(value);
        if (!double.IsFinite(value)) return value.ToString(Invariant);
        if (size == 0) return "0";
        if (size is < SmallestPlain or >= LargestPlain) return value.ToString("0.##e-0", Invariant);
        return value.ToString(size >= 99.95 ? "0" : size >= 9.995 ? "0.0" : size >= 1 ? "0.00" : "0.000", Invariant);
    }

    /// <summary>A time as hours, minutes and seconds, <c>0:02:10</c>; hours are not folded into days.</summary>
    public static string Duration(TimeSpan time)
    {
        long seconds = (long)Math.Round(Math.Max(0, time.TotalSeconds));
        (long hours, long minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        return string.Create(Invariant, $"{hours}:{minutes:00}:{seconds:00}");
    }
}
