using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>The same elements with their axes in another order, laid out anew.</summary>
public sealed class PermuteOp : Op
{
    private readonly int[] _order;
    private readonly StridedWalk _walk = new();

    /// <summary>Reorders axes.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="order">For each axis of the result the input's axis; each exactly once.</param>
    /// <exception cref="NotSupportedException">More than six axes are left after neighbours that stay together are merged.</exception>
    public PermuteOp(Tensor input, IReadOnlyList<int> order)
        : base("permute", new[] { input }, new TensorSpec(Permuted(input.Shape, order), input.ElementType))
    {
        AxisArguments.RequireWords(Name, input);
        _order = order.ToArray();
        Shape output = OutputSpecs[0].Shape;
        for (int axis = 0; axis < _order.Length; axis++) _walk.Add(output[axis], input.Shape.Stride(_order[axis]), output.Stride(axis));
        if (_walk.Rank > StridedWalk.MaxRank)
            throw new NotSupportedException(
                $"{Name}: order [{string.Join(", ", _order)}] of {input.Shape} leaves {_walk.Rank} separate axes, at most {StridedWalk.MaxRank} are supported");
    }

    /// <summary>Whether the elements keep their places, so that a reshape does the same.</summary>
    internal bool KeepsPlaces => _walk.IsContiguous;

    /// <summary>For each axis of the result the input's axis.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        var inverse = new int[_order.Length];
        for (int axis = 0; axis < _order.Length; axis++) inverse[_order[axis]] = axis;
        context.Set(0, context.GradOutput.Permute(inverse));
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => _walk.Launch(lowering, Inputs[0], Output);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"order={string.Join(",", _order)}";

    private static Shape Permuted(Shape shape, IReadOnlyList<int> order)
    {
        bool isPermutation = order.Count == shape.Rank && Enumerable.Range(0, shape.Rank).All(order.Contains);
        if (!isPermutation)
            throw Mismatch("permute", $"order must name each of the {shape.Rank} axes of {shape} once, got [{string.Join(", ", order)}]");
        return new Shape(order.Select(axis => shape[axis]).ToArray());
    }
}

/// <summary>Reordering of axes as methods of tensors.</summary>
public static class PermuteExtensions
{
    /// <summary>The tensor with its axes in another order. Free where no element changes its place.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="order">For each axis of the result the input's axis; negative ones count from the innermost.</param>
    public static Tensor Permute(this Tensor input, params int[] order)
    {
        var op = new PermuteOp(input, order.Select(axis => axis < 0 ? axis + input.Shape.Rank : axis).ToArray());
        return op.KeepsPlaces ? input.Reshape(op.OutputSpecs[0].Shape) : input.Graph.Add(op).Output;
    }

    /// <summary>The tensor with two axes exchanged.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="axisA">One axis; negative ones count from the innermost.</param>
    /// <param name="axisB">The other axis.</param>
    public static Tensor Transpose(this Tensor input, int axisA, int axisB)
    {
        int a = AxisArguments.Resolve("transpose", input.Shape, axisA), b = AxisArguments.Resolve("transpose", input.Shape, axisB);
        int[] order = Enumerable.Range(0, input.Shape.Rank).ToArray();
        (order[a], order[b]) = (b, a);
        return input.Permute(order);
    }
}
