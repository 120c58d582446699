using System;

namespace Cim.Vulkan.Graph;

/// <summary>Checks of arguments that name axes or lengths, in one wording.</summary>
internal static class AxisArguments
{
    /// <summary>The axis counted from the outermost; negative ones count from the innermost.</summary>
    public static int Resolve(string name, Shape shape, int axis)
    {
        if (axis < -shape.Rank || axis >= shape.Rank)
            throw new ArgumentException($"{name}: axis must be in [{-shape.Rank}, {shape.Rank}) for input {shape}, got {axis}");
        return axis < 0 ? axis + shape.Rank : axis;
    }

    /// <summary>Product of the lengths before an axis.</summary>
    public static long Outer(Shape shape, int axis) => shape.Count / (shape.Stride(axis) * shape[axis]);

    /// <summary>Refuses a tensor of another rank.</summary>
    public static void RequireRank(string name, string operand, Tensor tensor, int rank, string form)
    {
        if (tensor.Shape.Rank != rank) throw new ArgumentException($"{name}: {operand} must be {form}, got {tensor.Shape}");
    }

    /// <summary>Refuses a tensor of another element type.</summary>
    public static void RequireType(string name, string operand, Tensor tensor, ElementType type)
    {
        if (tensor.ElementType != type) throw new ArgumentException($"{name}: {operand} must be {type}, got {tensor.ElementType} for {tensor}");
    }

    /// <summary>Refuses element types that kernels copying 32-bit words cannot move.</summary>
    public static void RequireWords(string name, Tensor tensor)
    {
        if (tensor.ElementType.SizeBytes() != 4)
            throw new ArgumentException($"{name}: moves 32-bit elements only, got {tensor.ElementType} for {tensor}");
    }

    /// <summary>Refuses a length, size or factor below 1.</summary>
    public static void RequirePositive(string name, string argument, int value)
    {
        if (value < 1) throw new ArgumentException($"{name}: {argument} must be at least 1, got {value}");
    }
}
