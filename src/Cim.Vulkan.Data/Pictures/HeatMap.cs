using System;

namespace Cim.Vulkan.Data;

/// <summary>
/// A colour map from [0, 1] to sRGB whose lightness rises evenly from near black over violet and orange to pale yellow: computed along a
/// path in Oklab (Ottosson 2020), so that equal steps look equal and a gray print keeps the order.
/// </summary>
public static class HeatMap
{
    private const int Entries = 256;

    private static readonly (float Red, float Green, float Blue)[] Table = Compute();

    /// <summary>The colour of <paramref name="value"/>, clamped to [0, 1]; not-a-number is mid gray. Channels in [0, 1].</summary>
    public static (float Red, float Green, float Blue) Color(float value) =>
        float.IsNaN(value) ? (0.5f, 0.5f, 0.5f) : Table[(int)Math.Round(Math.Clamp(value, 0f, 1f) * (Entries - 1))];

    private static (float, float, float)[] Compute()
    {
        var table = new (float, float, float)[Entries];
        for (var i = 0; i < Entries; i++)
        {
            var t = i / (double)(Entries - 1);
            var hue = -1.35 + 3.15 * t;
            var chroma = 0.03 + 0.55 * t * (1 - t);
            table[i] = ToSrgb(0.13 + 0.84 * t, chroma * Math.Cos(hue), chroma * Math.Sin(hue));
        }

        return table;
    }

    private static (float, float, float) ToSrgb(double lightness, double a, double b)
    {
        var l = Math.Pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        var m = Math.Pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        var s = Math.Pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return (
            Gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    private static float Gamma(double linear)
    {
        var value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.Pow(linear, 1 / 2.4) - 0.055;
        return (float)Math.Clamp(value, 0, 1);
    }
}
