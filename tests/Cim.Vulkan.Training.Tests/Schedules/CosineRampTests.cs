using System;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Schedules;

public sealed class CosineRampTests
{
    [TestCase(0, 1)]
    [TestCase(350, 0.53125)]
    [TestCase(700, 0.0625)]
    [TestCase(1000, 0.0625)]
    public void The_temperature_falls_to_a_sixteenth_and_stays(long step, double expected) =>
        Assert.That(CosineRamp.Temperature(1000, 0.7).At(step), Is.EqualTo(expected).Within(1e-12));

    [TestCase(0, 0)]
    [TestCase(2500, 3.3)]
    [TestCase(5000, 6.6)]
    [TestCase(90000, 6.6)]
    public void The_kl_weight_rises_and_stays(long step, double expected) =>
        Assert.That(CosineRamp.KlWeight(6.6, 100000, 0.05).At(step), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void Without_steps_it_is_constant() => Assert.That(CosineRamp.KlWeight(6.6, 1000, 0).At(0), Is.EqualTo(6.6));

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void A_part_of_a_run_is_a_part(double fraction) =>
        Assert.That(() => CosineRamp.Temperature(10, fraction), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
