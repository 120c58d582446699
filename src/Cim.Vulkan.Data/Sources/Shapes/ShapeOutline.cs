using System;

namespace Cim.Vulkan.Data;

/// <summary>Where the shapes are: points inside, in coordinates in which a shape is about one unit around the origin, y upwards.</summary>
internal static class ShapeOutline
{
    private const float StarNotch = 0.45f;
    private const float Sine60 = 0.8660254f;

    /// <summary>Whether the point lies in the shape.</summary>
    public static bool Contains(ShapeKind kind, float x, float y) => kind switch
    {
        ShapeKind.Disc => RadiusSquared(x, y) < 0.9f,
        ShapeKind.Ring => RadiusSquared(x, y) is < 1 and > 0.3f,
        ShapeKind.Square => Math.Max(Math.Abs(x), Math.Abs(y)) < 0.82f,
        ShapeKind.Triangle => IsInTriangle(0.58f, x, y + 0.2f),
        ShapeKind.Hexagon => IsInHexagon(0.88f, x, y),
        ShapeKind.Star => IsInStar(x, y),
        ShapeKind.Cross => Math.Min(Math.Abs(x), Math.Abs(y)) < 0.3f && Math.Max(Math.Abs(x), Math.Abs(y)) < 1,
        ShapeKind.Heart => IsInHeart(1.15f * x, 1.15f * y),
        ShapeKind.Crescent => RadiusSquared(x, y) < 1 && RadiusSquared(x - 0.5f, y) > 0.5f,
        ShapeKind.Arrow => IsInArrow(x, y),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static float RadiusSquared(float x, float y) => x * x + y * y;

    /// <summary>Within <paramref name="inner"/> of the origin across each side: one corner up, the right half decides for both.</summary>
    private static bool IsInTriangle(float inner, float x, float y) => y > -inner && Math.Abs(x) * Sine60 + y * 0.5f < inner;

    private static bool IsInHexagon(float inner, float x, float y) => Math.Abs(x) < inner && Math.Abs(x) * 0.5f + Math.Abs(y) * Sine60 < inner;

    /// <summary>All ten half points of the star are one: the angle is folded onto it, and one line decides.</summary>
    private static bool IsInStar(float x, float y)
    {
        var angle = MathF.Abs(MathF.Atan2(x, y)) % (2 * MathF.PI / 5);
        if (angle > MathF.PI / 5) angle = 2 * MathF.PI / 5 - angle;
        var radius = MathF.Sqrt(RadiusSquared(x, y)) / 1.1f;
        var (tipX, tipY) = (radius * MathF.Cos(angle), radius * MathF.Sin(angle));
        var (notchX, notchY) = (StarNotch * MathF.Cos(MathF.PI / 5), StarNotch * MathF.Sin(MathF.PI / 5));
        return (notchX - 1) * tipY - notchY * (tipX - 1) > 0;
    }

    /// <summary>The algebraic curve (x² + y² - 1)³ = x² y³.</summary>
    private static bool IsInHeart(float x, float y)
    {
        var body = RadiusSquared(x, y) - 1;
        return body * body * body < x * x * y * y * y;
    }

    private static bool IsInArrow(float x, float y)
    {
        var isInShaft = x is > -1 and < 0.2f && Math.Abs(y) < 0.26f;
        return isInShaft || (x is >= 0.1f and < 1 && Math.Abs(y) < (1 - x) * 0.85f);
    }
}
