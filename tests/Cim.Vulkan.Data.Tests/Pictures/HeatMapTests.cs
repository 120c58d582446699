using System;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Pictures;

public sealed class HeatMapTests
{
    [Test]
    public void Lightness_rises_evenly_from_dark_to_light()
    {
        var before = Lightness(0);
        Assert.That(before, Is.LessThan(15));
        for (var step = 1; step <= 20; step++)
        {
            var lightness = Lightness(step / 20f);
            Assert.That(lightness - before, Is.InRange(2.0, 8.0), $"step {step}");
            before = lightness;
        }

        Assert.That(before, Is.GreaterThan(90));
    }

    [Test]
    public void Values_outside_are_clamped_and_not_a_number_is_gray()
    {
        Assert.That(HeatMap.Color(-3), Is.EqualTo(HeatMap.Color(0)));
        Assert.That(HeatMap.Color(float.PositiveInfinity), Is.EqualTo(HeatMap.Color(1)));
        Assert.That(HeatMap.Color(float.NaN), Is.EqualTo((0.5f, 0.5f, 0.5f)));
    }

    /// <summary>CIE L* of the colour.</summary>
    private static double Lightness(float value)
    {
        var (red, green, blue) = HeatMap.Color(value);
        var luminance = 0.2126 * Linear(red) + 0.7152 * Linear(green) + 0.0722 * Linear(blue);
        return luminance > 0.008856 ? 116 * Math.Cbrt(luminance) - 16 : 903.3 * luminance;
    }

    private static double Linear(double channel) => channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4);
}
