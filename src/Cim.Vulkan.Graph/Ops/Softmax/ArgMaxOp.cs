using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Position of the largest value along one axis, the first where several are equal. Int32; has no gradient.</summary>
public sealed class ArgMaxOp : Op
{
    private readonly int _axis;

    /// <summary>Finds the largest values.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axis">The axis that is searched and then gone from the shape.</param>
    public ArgMaxOp(Tensor input, int axis)
        : base("arg_max", new[] { input }, SpecOf(input, axis))
    {
        OperandChecks.RequireFloat(Name, input);
        _axis = axis < 0 ? axis + input.Shape.Rank : axis;
    }

    /// <summary>The axis that is searched, counted from the outermost.</summary>
    public int Axis => _axis;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Inputs[0].Shape, _axis);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            ArgMaxKernel.Call(Inputs[0], Output, (uint)rows.Count, (uint)rows.Length, (uint)rows.Inner, (ArgMaxKernel.Form)form.Form, form.LocalSize),
            rows, flops: Inputs[0].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis}";

    private static TensorSpec SpecOf(Tensor input, int axis)
    {
        Rows.CheckAxis("arg_max", input.Shape, axis);
        return new TensorSpec(Rows.Without(input.Shape, axis), ElementType.Int32);
    }
}

/// <summary>Arg-max as methods of tensors.</summary>
public static class ArgMaxExtensions
{
    /// <summary>Position of the largest value along an axis, the first where several are equal; Int32, the input's shape without the axis.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axis">The axis; the last by default.</param>
    public static Tensor ArgMax(this Tensor input, int axis = -1) => input.Graph.Add(new ArgMaxOp(input, axis)).Output;

    /// <summary>The most likely token of each grid position; Int32, <c>[batch, height * width]</c>.</summary>
    /// <param name="input"><c>[batch, vocabularySize, height, width]</c>.</param>
    public static Tensor ArgMaxChannels(this Tensor input) => input.Shape.Rank == 4
        ? input.ArgMax(axis: 1).Reshape(input.Shape[0], input.Shape[2] * input.Shape[3])
        : throw new ArgumentException($"arg_max: input must be [batch, vocabularySize, height, width], got {input.Shape}", nameof(input));
}
