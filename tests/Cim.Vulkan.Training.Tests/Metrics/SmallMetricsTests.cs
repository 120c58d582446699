using System;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Metrics;

public sealed class SmallMetricsTests
{
    [Test]
    public void A_running_mean_is_of_the_last_finite_values()
    {
        var mean = new RunningMean(2);
        Assert.That(mean.Mean, Is.NaN);
        mean.Add(5);
        Assert.That(mean.Mean, Is.EqualTo(5));
        mean.Add(1);
        mean.Add(double.NaN);
        mean.Add(2);
        Assert.That((mean.Mean, mean.Count), Is.EqualTo((1.5, 2)));
    }

    [Test]
    public void Psnr_has_known_values()
    {
        Assert.That(Psnr.OfMeanSquaredError(0.01), Is.EqualTo(20).Within(1e-12));
        Assert.That(Psnr.Of([0f, 1f], [0.1f, 0.9f]), Is.EqualTo(20).Within(1e-5));
        Assert.That(Psnr.Of([0f], [25.5f], peak: 255), Is.EqualTo(20).Within(1e-12));
        Assert.That(Psnr.Of([1f], [1f]), Is.EqualTo(double.PositiveInfinity));
        Assert.That(() => Psnr.Of([1f], []), Throws.ArgumentException);
    }

    [Test]
    public void Code_usage_counts_codes()
    {
        var usage = new CodeUsage(4);
        Assert.That(usage.Perplexity, Is.NaN);
        usage.Add([0, 1, 2, 3]);
        Assert.That((usage.UsedCodes, usage.MostFrequentShare), Is.EqualTo((4, 0.25)));
        Assert.That(usage.Perplexity, Is.EqualTo(4).Within(1e-12));
        usage.Reset();
        usage.Add([2, 2]);
        Assert.That((usage.UsedCodes, usage.Perplexity, usage.MostFrequentShare, usage.Total), Is.EqualTo((1, 1.0, 1.0, 2L)));
        Assert.That(() => usage.Add([1, 4]), Throws.ArgumentException);
        Assert.That(() => usage.Add([-1]), Throws.ArgumentException);
        Assert.That(usage.Total, Is.EqualTo(2));
    }

    [Test]
    public void A_progress_line_reads_as_documented() => Assert.That(
        ProgressLine.Format(120, 1500, [new Metric("loss", 4.9213), new Metric("lr", 1.5e-3)], 311.7, TimeSpan.FromSeconds(130)),
        Is.EqualTo("step 120/1500 | loss 4.92 | lr 1.5e-3 | 312 images/s | ETA 0:02:10"));

    [Test]
    public void A_progress_line_leaves_out_what_is_not_known() =>
        Assert.That(ProgressLine.Format(1, 10, [new Metric("loss", double.NaN)], 0, null), Is.EqualTo("step 1/10 | loss NaN"));

    [TestCase(0, "0")]
    [TestCase(0.0123, "0.012")]
    [TestCase(0.598, "0.598")]
    [TestCase(-4.6349, "-4.63")]
    [TestCase(21.12, "21.1")]
    [TestCase(99.99, "100")]
    [TestCase(12345.6, "12346")]
    [TestCase(1e-5, "1e-5")]
    [TestCase(123456789, "1.23e8")]
    public void Numbers_are_short(double value, string expected) => Assert.That(ProgressLine.Number(value), Is.EqualTo(expected));

    [TestCase(0, "0:00:00")]
    [TestCase(59.7, "0:01:00")]
    [TestCase(3730, "1:02:10")]
    [TestCase(360000, "100:00:00")]
    public void Durations_are_short(double seconds, string expected) => Assert.That(ProgressLine.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(expected));
}
