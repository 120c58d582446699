using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>A range of one axis.</summary>
public sealed class SliceOp : Op
{
    private readonly int _axis;
    private readonly int _start;

    /// <summary>Cuts a range out of a tensor.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="axis">The axis, counted from the outermost.</param>
    /// <param name="start">First place that is kept.</param>
    /// <param name="length">How many places are kept.</param>
    public SliceOp(Tensor input, int axis, int start, int length)
        : base("slice", new[] { input }, new TensorSpec(input.Shape.With(axis, Checked(input.Shape, axis, start, length)), input.ElementType))
    {
        AxisArguments.RequireWords(Name, input);
        _axis = axis;
        _start = start;
    }

    /// <summary>The axis, counted from the outermost.</summary>
    public int Axis => _axis;

    /// <summary>First place that is kept.</summary>
    public int Start => _start;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, context.GradOutput.PadZero(_axis, _start, Inputs[0].Shape[_axis]));

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Shape input = Inputs[0].Shape;
        long inner = input.Stride(_axis), row = Output.Shape[_axis] * inner;
        var walk = new StridedWalk();
        walk.Add(Output.Count / row, input[_axis] * inner, row);
        walk.Add(row, 1, 1);
        walk.Launch(lowering, Inputs[0], Output, sourceOffset: _start * inner);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis} start={_start}";

    private static int Checked(Shape shape, int axis, int start, int length)
    {
        if (start < 0 || length < 1 || start > shape[axis] - length)
            throw Mismatch("slice", $"start {start} and length {length} do not fit into axis {axis} of {shape}");
        return length;
    }
}

/// <summary>A tensor put into a longer axis of zeros.</summary>
public sealed class PadZeroOp : Op
{
    private readonly int _axis;
    private readonly int _start;

    /// <summary>Surrounds a tensor with zeros along one axis.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="axis">The axis, counted from the outermost.</param>
    /// <param name="start">Where the tensor begins in the longer axis.</param>
    /// <param name="length">Length of the longer axis.</param>
    public PadZeroOp(Tensor input, int axis, int start, int length)
        : base("pad_zero", new[] { input }, new TensorSpec(input.Shape.With(axis, Checked(input.Shape, axis, start, length)), input.ElementType))
    {
        AxisArguments.RequireWords(Name, input);
        _axis = axis;
        _start = start;
    }

    /// <summary>The axis, counted from the outermost.</summary>
    public int Axis => _axis;

    /// <summary>Where the tensor begins in the longer axis.</summary>
    public int Start => _start;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, context.GradOutput.Slice(_axis, _start, Inputs[0].Shape[_axis]));

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        long inner = Output.Shape.Stride(_axis), inputRow = Inputs[0].Shape[_axis] * inner, outputRow = Output.Shape[_axis] * inner;
        lowering.LaunchLinear(
            PadZeroKernel.Call(Inputs[0], Output, (uint)Output.Count, (uint)inputRow, (uint)outputRow, (uint)(_start * inner)),
            Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis} start={_start}";

    private static int Checked(Shape shape, int axis, int start, int length)
    {
        if (start < 0 || start > length - shape[axis])
            throw Mismatch("pad_zero", $"axis {axis} of {shape} placed at {start} does not fit into a length of {length}");
        return length;
    }
}

/// <summary>Cutting and padding as methods of tensors.</summary>
public static class SliceExtensions
{
    /// <summary>A range of one axis.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="axis">The axis; negative ones count from the innermost.</param>
    /// <param name="start">First place that is kept.</param>
    /// <param name="length">How many places are kept.</param>
    public static Tensor Slice(this Tensor input, int axis, int start, int length)
    {
        int resolved = AxisArguments.Resolve("slice", input.Shape, axis);
        var op = new SliceOp(input, resolved, start, length);
        return length == input.Shape[resolved] ? input : input.Graph.Add(op).Output;
    }

    /// <summary>The tensor within a longer axis of zeros.</summary>
    /// <param name="input">A tensor of 32-bit elements.</param>
    /// <param name="axis">The axis; negative ones count from the innermost.</param>
    /// <param name="start">Where the tensor begins in the longer axis.</param>
    /// <param name="length">Length of the longer axis.</param>
    public static Tensor PadZero(this Tensor input, int axis, int start, int length)
    {
        int resolved = AxisArguments.Resolve("pad_zero", input.Shape, axis);
        var op = new PadZeroOp(input, resolved, start, length);
        return length == input.Shape[resolved] ? input : input.Graph.Add(op).Output;
    }
}
