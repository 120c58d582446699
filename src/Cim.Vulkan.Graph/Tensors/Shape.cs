using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>The lengths of a tensor's axes, outermost first. Tensors are contiguous, so the shape is the whole layout.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int[]? _dimensions;

    /// <summary>Makes a shape; every length must be at least 1.</summary>
    /// <param name="dimensions">Axis lengths, outermost first; none for a scalar.</param>
    /// <exception cref="ArgumentException">A length is below 1.</exception>
    public Shape(params int[] dimensions)
    {
        foreach (int length in dimensions)
            if (length < 1) throw new ArgumentException($"shape: every axis must be at least 1 long, got [{string.Join(", ", dimensions)}]", nameof(dimensions));
        _dimensions = (int[])dimensions.Clone();
    }

    private int[] Dimensions => _dimensions ?? Array.Empty<int>();

    /// <summary>Number of axes; 0 for a scalar.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>Number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int length in Dimensions) count *= length;
            return count;
        }
    }

    /// <summary>Length of one axis; negative indices count from the innermost.</summary>
    /// <param name="axis">Axis in [-Rank, Rank).</param>
    public int this[int axis] => Dimensions[axis < 0 ? axis + Rank : axis];

    /// <summary>Axis lengths, outermost first.</summary>
    public IReadOnlyList<int> ToList() => Dimensions;

    /// <summary>Distance in elements between neighbours along an axis.</summary>
    /// <param name="axis">Axis in [-Rank, Rank).</param>
    public long Stride(int axis)
    {
        long stride = 1;
        for (int i = (axis < 0 ? axis + Rank : axis) + 1; i < Rank; i++) stride *= Dimensions[i];
        return stride;
    }

    /// <summary>This shape with one axis replaced.</summary>
    /// <param name="axis">Axis in [-Rank, Rank).</param>
    /// <param name="length">The new length.</param>
    public Shape With(int axis, int length)
    {
        int[] dimensions = (int[])Dimensions.Clone();
        dimensions[axis < 0 ? axis + Rank : axis] = length;
        return new Shape(dimensions);
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.SequenceEqual(other.Dimensions);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        int hash = Rank;
        foreach (int length in Dimensions) hash = unchecked((hash * 397) ^ length);
        return hash;
    }

    /// <summary>Whether both shapes have the same lengths.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", Dimensions) + "]";
}
