using System;
using System.Numerics;

namespace Cim.Vulkan.Data;

/// <summary>
/// A surface of two colours: plain, a gradient, stripes, waves, checkers, dots or clouds. It is a function of the place in the picture,
/// [0, 1] each way, so that a larger picture shows the same surface more finely.
/// </summary>
internal sealed class SurfaceTexture
{
    // Clouds are values on a lattice with smooth steps between them.
    private const int Lattice = 6;

    private readonly Kind _kind;
    private readonly Vector3 _first, _second;
    private readonly float _cosine, _sine, _period, _phase, _centerX, _centerY;
    private readonly float[] _lattice = [];

    /// <summary>Draws a texture around a colour.</summary>
    public SurfaceTexture(Vector3 color, ref RandomSequence random)
    {
        _kind = (Kind)random.NextInt(Enum.GetValues<Kind>().Length);
        _first = color;
        _second = ShapeColors.Companion(color, ref random);
        (_sine, _cosine) = MathF.SinCos((float)random.NextDouble(0, Math.Tau));
        // At 32 pixels no stripe is thinner than 4 pixels: finer ones would be noise to a tokenizer with tokens of 4 pixels.
        _period = (float)random.NextDouble(0.25, 0.5);
        _phase = (float)random.NextDouble();
        (_centerX, _centerY) = ((float)random.NextDouble(), (float)random.NextDouble());
        if (_kind != Kind.Clouds) return;
        _lattice = new float[Lattice * Lattice];
        for (var i = 0; i < _lattice.Length; i++) _lattice[i] = (float)random.NextDouble();
    }

    private enum Kind
    {
        Plain,
        Gradient,
        Glow,
        Stripes,
        Waves,
        Checkers,
        Dots,
        Clouds,
    }

    /// <summary>The colour at a place.</summary>
    public Vector3 At(float x, float y) => Vector3.Lerp(_first, _second, Mix(x, y));

    private float Mix(float x, float y)
    {
        var along = _cosine * (x - 0.5f) + _sine * (y - 0.5f);
        var across = _cosine * (y - 0.5f) - _sine * (x - 0.5f);
        return _kind switch
        {
            Kind.Gradient => Math.Clamp(0.5f + along, 0, 1),
            Kind.Glow => Math.Clamp(1.3f * Distance(x - _centerX, y - _centerY), 0, 1),
            Kind.Stripes => IsOdd(along) ? 1 : 0,
            Kind.Waves => 0.5f + 0.5f * MathF.Sin(MathF.Tau * (along / _period + _phase)),
            Kind.Checkers => IsOdd(along) == IsOdd(across) ? 1 : 0,
            Kind.Dots => Distance(Fraction(along) - 0.5f, Fraction(across) - 0.5f) < 0.33f ? 1 : 0,
            Kind.Clouds => Cloud(x, y),
            _ => 0,
        };
    }

    private float Fraction(float place)
    {
        var turns = place / _period + _phase;
        return turns - MathF.Floor(turns);
    }

    private bool IsOdd(float place) => Fraction(place) < 0.5f;

    private static float Distance(float x, float y) => MathF.Sqrt(x * x + y * y);

    private float Cloud(float x, float y)
    {
        var (column, right) = Cell(x);
        var (row, down) = Cell(y);
        var corner = row * Lattice + column;
        var upper = _lattice[corner] + right * (_lattice[corner + 1] - _lattice[corner]);
        var lower = _lattice[corner + Lattice] + right * (_lattice[corner + Lattice + 1] - _lattice[corner + Lattice]);
        return upper + down * (lower - upper);
    }

    /// <summary>The lattice cell of a place, and how far into it by a smooth step.</summary>
    private static (int Cell, float Step) Cell(float place)
    {
        var scaled = Math.Clamp(place, 0, 0.9999f) * (Lattice - 1);
        var cell = (int)scaled;
        var part = scaled - cell;
        return (cell, part * part * (3 - 2 * part));
    }
}
