using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>Tensors laid end to end along one axis.</summary>
public sealed class ConcatOp : Op
{
    private readonly int _axis;

    /// <summary>Joins tensors.</summary>
    /// <param name="axis">The axis along which they are joined, counted from the outermost.</param>
    /// <param name="parts">At least one; equal in element type and in all other axes.</param>
    public ConcatOp(int axis, IReadOnlyList<Tensor> parts)
        : base("concat", parts.ToArray(), Joined(axis, parts)) => _axis = axis;

    /// <summary>The axis along which they are joined, counted from the outermost.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        int start = 0;
        for (int i = 0; i < Inputs.Count; i++)
        {
            int length = Inputs[i].Shape[_axis];
            if (context.Needs(i)) context.Set(i, context.GradOutput.Slice(_axis, start, length));
            start += length;
        }
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        long row = Output.Shape[_axis] * Output.Shape.Stride(_axis), start = 0;
        foreach (Tensor part in Inputs)
        {
            long partRow = part.Shape[_axis] * part.Shape.Stride(_axis);
            var walk = new StridedWalk();
            walk.Add(part.Count / partRow, partRow, row);
            walk.Add(partRow, 1, 1);
            walk.Launch(lowering, part, Output, targetOffset: start);
            start += partRow;
        }
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis}";

    private static TensorSpec Joined(int axis, IReadOnlyList<Tensor> parts)
    {
        Tensor first = parts[0];
        AxisArguments.RequireWords("concat", first);
        int length = 0;
        foreach (Tensor part in parts)
        {
            AxisArguments.RequireType("concat", "every part", part, first.ElementType);
            if (part.Shape.Rank != first.Shape.Rank || part.Shape.With(axis, 1) != first.Shape.With(axis, 1))
                throw Mismatch("concat", $"parts must match {first.Shape} but for axis {axis}, got {part.Shape}");
            length = checked(length + part.Shape[axis]);
        }
        return new TensorSpec(first.Shape.With(axis, length), first.ElementType);
    }
}

/// <summary>Joining of tensors.</summary>
public static class ConcatExtensions
{
    /// <summary>This tensor and others laid end to end along one axis.</summary>
    /// <param name="first">A tensor of 32-bit elements.</param>
    /// <param name="axis">The axis; negative ones count from the innermost.</param>
    /// <param name="others">Tensors that match it in element type and all other axes.</param>
    public static Tensor Concat(this Tensor first, int axis, params Tensor[] others)
    {
        if (others.Length == 0) return first;
        int resolved = AxisArguments.Resolve("concat", first.Shape, axis);
        return first.Graph.Add(new ConcatOp(resolved, new[] { first }.Concat(others).ToArray())).Output;
    }
}
