using System;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Metrics;

public sealed class ThroughputTests
{
    [Test]
    public void Knows_nothing_before_the_first_step()
    {
        var throughput = new Throughput(new ManualClock());
        Assert.That((throughput.ImagesPerSecond, throughput.StepsPerSecond, throughput.TimeFor(10)), Is.EqualTo((0.0, 0.0, (TimeSpan?)null)));
    }

    [Test]
    public void Rates_the_steps_of_the_window_only()
    {
        var clock = new ManualClock();
        var throughput = new Throughput(clock, windowSteps: 3);
        double[] seconds = [10, 10, 1, 2, 3];
        foreach (double time in seconds)
        {
            clock.Advance(time);
            throughput.Add(64);
        }

        Assert.That(throughput.ImagesPerSecond, Is.EqualTo(3 * 64 / 6.0).Within(1e-9));
        Assert.That(throughput.StepsPerSecond, Is.EqualTo(0.5).Within(1e-9));
        Assert.That(throughput.TimeFor(65), Is.EqualTo(TimeSpan.FromSeconds(130)));
    }

    [Test]
    public void The_first_step_counts_only_as_long_as_it_is_the_only_one()
    {
        var clock = new ManualClock();
        var throughput = new Throughput(clock, windowSteps: 3);
        clock.Advance(100);
        throughput.Add(10);
        Assert.That((throughput.ImagesPerSecond, throughput.TimeFor(10)), Is.EqualTo((0.1, (TimeSpan?)null)));
        clock.Advance(2);
        throughput.Add(30);
        Assert.That((throughput.ImagesPerSecond, throughput.TimeFor(10)), Is.EqualTo((15.0, (TimeSpan?)TimeSpan.FromSeconds(20))));
        clock.Advance(4);
        throughput.Add(30);
        Assert.That((throughput.ImagesPerSecond, throughput.TimeFor(10)), Is.EqualTo((10.0, (TimeSpan?)TimeSpan.FromSeconds(30))));
    }

    [Test]
    public void A_restart_forgets_the_former_pace()
    {
        var clock = new ManualClock();
        var throughput = new Throughput(clock);
        clock.Advance(1);
        throughput.Add(10);
        clock.Advance(1000);
        throughput.Restart();
        clock.Advance(1);
        throughput.Add(20);
        Assert.That(throughput.ImagesPerSecond, Is.EqualTo(20).Within(1e-9));
    }

    [Test]
    public void A_pause_is_left_out_of_the_pace_but_not_of_the_time_that_remains()
    {
        var clock = new ManualClock();
        var throughput = new Throughput(clock, windowSteps: 3);
        for (int step = 0; step < 8; step++)
        {
            clock.Advance(2);
            throughput.Add(10);
            if (step == 6) throughput.Without(() => clock.Advance(24));
        }

        Assert.That(throughput.ImagesPerSecond, Is.EqualTo(5).Within(1e-9));
        Assert.That(throughput.TimeFor(8), Is.EqualTo(TimeSpan.FromSeconds((8 * 2) + 24)));
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _milliseconds;

        public void Advance(double seconds) => _milliseconds += (long)(seconds * 1000);
    }
}
