using System;
using System.Numerics;

namespace Cim.Vulkan.Data;

/// <summary>Colours of the shapes, sRGB in [0, 1].</summary>
internal static class ShapeColors
{
    private const double LeastContrast = 0.3;

    /// <summary>Any colour that is neither near white nor near black.</summary>
    public static Vector3 Any(ref RandomSequence random) =>
        FromHue(random.NextDouble(), random.NextDouble(0.2, 0.7), random.NextDouble(0.35, 0.92));

    /// <summary>A colour that stands out from <paramref name="background"/>.</summary>
    public static Vector3 Against(Vector3 background, ref RandomSequence random)
    {
        while (true)
        {
            var color = Any(ref random);
            if (Vector3.Distance(color, background) > LeastContrast) return color;
        }
    }

    /// <summary>The second colour of a texture: a clearly lighter or darker one, tinted a little.</summary>
    public static Vector3 Companion(Vector3 color, ref RandomSequence random)
    {
        var lightness = (color.X + color.Y + color.Z) / 3;
        var shift = (float)random.NextDouble(0.14, 0.28) * (lightness > 0.5f ? -1 : 1);
        var tint = new Vector3(Tint(ref random), Tint(ref random), Tint(ref random));
        return Vector3.Clamp(color + new Vector3(shift) + tint, Vector3.Zero, Vector3.One);
    }

    private static float Tint(ref RandomSequence random) => (float)random.NextDouble(-0.08, 0.08);

    /// <summary>From hue, saturation and value, each in [0, 1]: a channel falls from the value the further its hue is away.</summary>
    private static Vector3 FromHue(double hue, double saturation, double value)
    {
        float Channel(double shift)
        {
            var place = (6 * hue + shift) % 6;
            return (float)(value - value * saturation * Math.Clamp(Math.Min(place, 4 - place), 0, 1));
        }

        return new Vector3(Channel(5), Channel(3), Channel(1));
    }
}
