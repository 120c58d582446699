using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Schedules;

public sealed class CosineScheduleTests
{
    private static readonly CosineSchedule Schedule = new(peak: 1.5e-3, minimum: 1e-5, warmupSteps: 75, totalSteps: 1500);

    [TestCase(0, 0)]
    [TestCase(15, 3e-4)]
    [TestCase(75, 1.5e-3)]
    [TestCase(1500, 1e-5)]
    [TestCase(9999, 1e-5)]
    public void Has_the_values_of_its_ends(long step, double expected) => Assert.That(Schedule.At(step), Is.EqualTo(expected).Within(1e-15));

    [Test]
    public void Is_half_way_down_in_the_middle() => Assert.That(new CosineSchedule(1, 0.2, 10, 110).At(60), Is.EqualTo(0.6).Within(1e-12));

    [Test]
    public void Rises_until_the_peak_and_falls_after_it()
    {
        for (long step = 0; step < 1500; step++)
            Assert.That(Schedule.At(step + 1), step < 75 ? Is.GreaterThan(Schedule.At(step)) : Is.LessThan(Schedule.At(step)), $"step {step}");
    }

    [Test]
    public void Starts_at_the_peak_without_warm_up() => Assert.That(new CosineSchedule(1, 0, 0, 10).At(0), Is.EqualTo(1));

    [Test]
    public void Can_be_warm_up_only()
    {
        var schedule = new CosineSchedule(1, 0.5, 10, 10);
        Assert.That(schedule.At(9), Is.EqualTo(0.9).Within(1e-12));
        Assert.That(schedule.At(10), Is.EqualTo(0.5));
    }

    [TestCase(1, 2, 0, 10)]
    [TestCase(1, -1, 0, 10)]
    [TestCase(double.NaN, 0, 0, 10)]
    [TestCase(1, 0, 11, 10)]
    [TestCase(1, 0, -1, 10)]
    public void Refuses_contradictions(double peak, double minimum, long warmup, long total) =>
        Assert.That(() => new CosineSchedule(peak, minimum, warmup, total), Throws.ArgumentException);
}
