using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Elementwise;

/// <summary>Walks tensors by coordinates, one element at a time: the plain way to broadcast and to reduce.</summary>
public static class Walk
{
    /// <summary>The coordinates of every element, in row-major order.</summary>
    /// <param name="shape">Axis lengths.</param>
    public static int[][] Coordinates(Shape shape)
    {
        var all = new int[shape.Count][];
        var current = new int[shape.Rank];
        for (long i = 0; i < shape.Count; i++)
        {
            all[i] = (int[])current.Clone();
            for (int axis = shape.Rank - 1; axis >= 0 && ++current[axis] == shape[axis]; axis--) current[axis] = 0;
        }
        return all;
    }

    /// <summary>Where an element of a larger shape lies in a tensor that is stretched to it.</summary>
    /// <param name="shape">The tensor's own shape.</param>
    /// <param name="coordinates">Coordinates in the larger shape.</param>
    public static int Offset(Shape shape, int[] coordinates)
    {
        int offset = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int at = coordinates[coordinates.Length - shape.Rank + axis];
            offset = (offset * shape[axis]) + (shape[axis] == 1 ? 0 : at);
        }
        return offset;
    }

    /// <summary>Axis lengths joined for a case's name.</summary>
    /// <param name="shape">Axis lengths.</param>
    public static string NameOf(Shape shape) => shape.Rank == 0 ? "scalar" : string.Join("x", shape.ToList());

    /// <summary>Normally distributed values that keep away from some points, so that a finite difference does not cross a kink or a pole.</summary>
    /// <param name="name">Keys the values.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="margin">How far to keep away.</param>
    /// <param name="points">What to keep away from.</param>
    public static CaseInput NormalAwayFrom(string name, Shape shape, float margin, params float[] points) =>
        CaseInput.Normal(name, shape).Select(value => Push(value, margin, points));

    private static float Push(float value, float margin, float[] points)
    {
        foreach (float point in points)
            if (Math.Abs(value - point) < margin) return value < point ? point - margin : point + margin;
        return value;
    }
}
