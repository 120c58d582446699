namespace Cim.Vulkan.Data;

/// <summary>The classes of <see cref="ShapesSource"/>, in the order of their labels.</summary>
public enum ShapeKind
{
    /// <summary>A filled circle.</summary>
    Disc,

    /// <summary>A circle with a hole.</summary>
    Ring,

    /// <summary>A square.</summary>
    Square,

    /// <summary>An equilateral triangle.</summary>
    Triangle,

    /// <summary>A regular hexagon.</summary>
    Hexagon,

    /// <summary>A star of five points.</summary>
    Star,

    /// <summary>Two crossing bars of equal length.</summary>
    Cross,

    /// <summary>A heart.</summary>
    Heart,

    /// <summary>A moon of a few days.</summary>
    Crescent,

    /// <summary>An arrow with a shaft.</summary>
    Arrow,
}
