using System;
using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The rows along one axis of a contiguous tensor: how many, how long, and how far a row's elements lie apart.</summary>
internal readonly struct Rows
{
    private Rows(long count, int length, int inner) => (Count, Length, Inner) = (count, length, inner);

    /// <summary>Number of rows.</summary>
    public long Count { get; }

    /// <summary>Elements of a row.</summary>
    public int Length { get; }

    /// <summary>Distance between neighbours of a row; 1 along the last axis.</summary>
    public int Inner { get; }

    public static Rows Along(Shape shape, int axis)
    {
        int length = shape[axis];
        return new Rows(shape.Count / length, length, (int)shape.Stride(axis));
    }

    /// <summary>A shape without one axis; [1] where nothing is left.</summary>
    public static Shape Without(Shape shape, int axis)
    {
        int own = axis < 0 ? axis + shape.Rank : axis;
        var lengths = new List<int>();
        for (int i = 0; i < shape.Rank; i++)
            if (i != own) lengths.Add(shape[i]);
        return lengths.Count == 0 ? new Shape(1) : new Shape(lengths.ToArray());
    }

    public static void CheckAxis(string name, Shape shape, int axis)
    {
        if (axis < -shape.Rank || axis >= shape.Rank)
            throw new ArgumentException($"{name}: axis must be within [{-shape.Rank}, {shape.Rank}) for input {shape}, got {axis}");
    }
}

/// <summary>
/// How a kernel of <c>common/rows.glsl</c> walks rows: one invocation a row on CPU drivers and wherever neighbouring rows lie side by side,
/// else one workgroup a row. <see cref="Form"/> is the index of the kernel's variant: 0 invocation, 1 group.
/// </summary>
internal readonly struct RowForm
{
    private const int ShortRow = 64, LongRow = 512;

    private RowForm(int form, uint localSize) => (Form, LocalSize) = (form, localSize);

    public int Form { get; }

    public uint LocalSize { get; }

    public static RowForm For(Lowering lowering, Rows rows)
    {
        if (lowering.Device.IsCpu) return new RowForm(0, 8);
        if (rows.Inner > 1) return new RowForm(0, 64);
        return new RowForm(1, rows.Length <= ShortRow ? 32u : rows.Length < LongRow ? 64u : 128u);
    }

    public void Launch(Lowering lowering, KernelCall<Tensor> call, Rows rows, double flops)
    {
        if (Form == 0) lowering.LaunchLinear(call, rows.Count, flops);
        else lowering.LaunchGroups(call, rows.Count, flops);
    }
}
