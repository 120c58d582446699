using System;
using System.Numerics;

namespace Cim.Vulkan.Data;

/// <summary>One picture: a textured shape of some size, place and turn before a textured background, under uneven light.</summary>
internal sealed class ShapePicture
{
    // A pixel is the mean of 3x3 samples: edges and stripes are smooth at every size.
    private const int Samples = 3;

    private readonly ShapeKind _kind;
    private readonly SurfaceTexture _background, _surface;
    private readonly float _centerX, _centerY, _cosine, _sine, _radius, _stretch, _lightX, _lightY;

    /// <summary>Chooses everything but the shape.</summary>
    public ShapePicture(ShapeKind kind, ref RandomSequence random)
    {
        _kind = kind;
        var ground = ShapeColors.Any(ref random);
        _background = new SurfaceTexture(ground, ref random);
        _surface = new SurfaceTexture(ShapeColors.Against(ground, ref random), ref random);
        _radius = (float)random.NextDouble(0.24, 0.44);
        // The whole shape stays in the picture, up to its outermost tips.
        var reach = 0.52 - _radius;
        (_centerX, _centerY) = ((float)random.NextDouble(0.5 - reach, 0.5 + reach), (float)random.NextDouble(0.5 - reach, 0.5 + reach));
        (_sine, _cosine) = MathF.SinCos((float)random.NextDouble(-0.45, 0.45));
        _stretch = (float)random.NextDouble(0.88, 1.12);
        (_lightX, _lightY) = ((float)random.NextDouble(-0.15, 0.15), (float)random.NextDouble(-0.15, 0.15));
    }

    /// <summary>The pixels [side, side, 3].</summary>
    public byte[] Draw(int side)
    {
        var pixels = new byte[3 * side * side];
        for (var i = 0; i < side * side; i++)
        {
            var sum = Vector3.Zero;
            for (var sample = 0; sample < Samples * Samples; sample++)
                sum += At(Place(i % side, sample % Samples, side), Place(i / side, sample / Samples, side));
            var color = Vector3.Clamp(sum / (Samples * Samples), Vector3.Zero, Vector3.One) * byte.MaxValue;
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (ToByte(color.X), ToByte(color.Y), ToByte(color.Z));
        }

        return pixels;
    }

    private static float Place(int pixel, int sample, int side) => (pixel + (sample + 0.5f) / Samples) / side;

    private static byte ToByte(float value) => (byte)(value + 0.5f);

    private Vector3 At(float x, float y)
    {
        var (right, up) = (x - _centerX, _centerY - y);
        var inside = ShapeOutline.Contains(
            _kind, (_cosine * right + _sine * up) / (_radius * _stretch), (_cosine * up - _sine * right) * _stretch / _radius);
        var light = 1 + _lightX * (x - 0.5f) + _lightY * (y - 0.5f);
        return (inside ? _surface : _background).At(x, y) * light;
    }
}
