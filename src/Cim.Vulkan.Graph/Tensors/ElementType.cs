using System;

namespace Cim.Vulkan.Graph;

/// <summary>Storage type of a tensor's elements. Arithmetic accumulates in float whatever the storage.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE floating point.</summary>
    Float32,

    /// <summary>16-bit IEEE floating point.</summary>
    Float16,

    /// <summary>16-bit brain floating point.</summary>
    BFloat16,

    /// <summary>32-bit signed integer: tokens, positions, labels.</summary>
    Int32,

    /// <summary>32-bit unsigned integer: bit patterns, counters.</summary>
    UInt32,
}

/// <summary>Facts about element types.</summary>
public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    /// <param name="type">The element type.</param>
    public static int SizeBytes(this ElementType type) => type switch
    {
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown element type"),
    };

    /// <summary>Whether the type is one of the floating-point types, the ones that carry gradients.</summary>
    /// <param name="type">The element type.</param>
    public static bool IsFloat(this ElementType type) => type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16;
}
