using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Reports;

/// <summary>Smoothing and thinning of curves.</summary>
public sealed class MetricSeriesTests
{
    [Test]
    public void Smoothing_a_straight_line_leaves_it_straight()
    {
        MetricSeries series = Series(1001, step => 3 + (0.5 * step));
        Assert.That(series.Smoothed(), Has.Count.InRange(150, 260));
        Assert.That(series.Smoothed().Select(point => point.Value - 3 - (0.5 * point.Step)), Is.All.EqualTo(0).Within(1e-9));
        Assert.That(series.Smoothed()[^1].Step, Is.EqualTo(1000));
    }

    [Test]
    public void Smoothing_takes_alternating_noise_away()
    {
        MetricSeries series = Series(500, step => step % 2 == 0 ? 1 : -1);
        Assert.That(series.Smoothed().Skip(20).SkipLast(20).Select(point => point.Value), Is.All.EqualTo(0).Within(0.06));
        Assert.That(series.Recent, Is.EqualTo(0).Within(0.06));
    }

    [Test]
    public void Thinning_keeps_spikes_and_order()
    {
        MetricSeries series = Series(100_000, step => step is 54_321 ? 1e6 : step is 77_777 ? -1e6 : 0);
        var thinned = series.Thinned(500);
        Assert.That(thinned, Has.Count.InRange(250, 500));
        Assert.That(thinned.Max(point => point.Value), Is.EqualTo(1e6));
        Assert.That(thinned.Min(point => point.Value), Is.EqualTo(-1e6));
        Assert.That(thinned.Select(point => point.Step), Is.Ordered);
    }

    [Test]
    public void Few_points_stay_as_they_are([Values(0, 1, 2, 3)] int count)
    {
        MetricSeries series = Series(count, step => step);
        Assert.That(series.Smoothed().Select(point => point.Step), Is.EqualTo(series.Points.Select(point => point.Step)));
        Assert.That(series.Thinned(500), Is.EqualTo(series.Points));
    }

    private static MetricSeries Series(int count, System.Func<long, double> value) => new("x", Enumerable.Range(0, count).Select(step => ((long)step, value(step))).ToArray(), 0);
}
