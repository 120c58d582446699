using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Class indices spread over a new axis of zeros with one 1.</summary>
public sealed class OneHotOp : Op
{
    private readonly int _classes;
    private readonly int _axis;

    /// <summary>Spreads indices.</summary>
    /// <param name="indices">Int32 of any shape; an index outside [0, classes) gives zeros only.</param>
    /// <param name="classes">Length of the new axis.</param>
    /// <param name="axis">Where the new axis goes, counted from the outermost of the result.</param>
    public OneHotOp(Tensor indices, int classes, int axis)
        : base("one_hot", new[] { indices }, new TensorSpec(Spread(indices, classes, axis)))
    {
        _classes = classes;
        _axis = axis;
    }

    /// <summary>Length of the new axis.</summary>
    public int Classes => _classes;

    /// <summary>Where the new axis is, counted from the outermost of the result.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(OneHotKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)_classes, (uint)Output.Shape.Stride(_axis)), Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"classes={_classes} axis={_axis}";

    private static Shape Spread(Tensor indices, int classes, int axis)
    {
        AxisArguments.RequireType("one_hot", "indices", indices, ElementType.Int32);
        AxisArguments.RequirePositive("one_hot", "classes", classes);
        var lengths = new List<int>(indices.Shape.ToList());
        lengths.Insert(axis, classes);
        return new Shape(lengths.ToArray());
    }
}

/// <summary>One-hot codes as methods of tensors.</summary>
public static class OneHotExtensions
{
    /// <summary>One-hot codes along a new last axis: float <c>[..., classes]</c>.</summary>
    /// <param name="indices">Int32 of any shape; an index outside [0, classes) gives zeros only.</param>
    /// <param name="classes">Length of the new axis.</param>
    public static Tensor OneHot(this Tensor indices, int classes) => indices.Graph.Add(new OneHotOp(indices, classes, indices.Shape.Rank)).Output;

    /// <summary>One-hot codes along a new channel axis: float <c>[batch, classes, height, width]</c>.</summary>
    /// <param name="indices">Int32 <c>[batch, height, width]</c>; an index outside [0, classes) gives zeros only.</param>
    /// <param name="classes">Length of the new axis.</param>
    public static Tensor OneHotChannels(this Tensor indices, int classes)
    {
        AxisArguments.RequireRank("one_hot", "indices", indices, 3, "[batch, height, width]");
        return indices.Graph.Add(new OneHotOp(indices, classes, 1)).Output;
    }
}
