using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Softmax along one axis, or its logarithm; safe against overflow.</summary>
public sealed class SoftmaxOp : Op
{
    private readonly int _axis;
    private readonly bool _isLogarithm;

    /// <summary>Makes every row along an axis a probability distribution.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axis">The axis along which the result adds up to 1.</param>
    /// <param name="isLogarithm">Whether the logarithm of the probabilities is wanted.</param>
    public SoftmaxOp(Tensor input, int axis, bool isLogarithm)
        : base(isLogarithm ? "log_softmax" : "softmax", new[] { input }, new TensorSpec(input.Shape))
    {
        OperandChecks.RequireFloat(Name, input);
        Rows.CheckAxis(Name, input.Shape, axis);
        _axis = axis < 0 ? axis + input.Shape.Rank : axis;
        _isLogarithm = isLogarithm;
    }

    /// <summary>The axis along which the result adds up to 1, counted from the outermost.</summary>
    public int Axis => _axis;

    /// <summary>Whether the result is the logarithm of the probabilities.</summary>
    public bool IsLogarithm => _isLogarithm;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new SoftmaxBackwardOp(Output, context.GradOutput, _axis, _isLogarithm)).Output);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Output.Shape, _axis);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            SoftmaxForwardKernel.Call(Inputs[0], Output, (uint)rows.Count, (uint)rows.Length, (uint)rows.Inner,
                _isLogarithm ? SoftmaxForwardKernel.Kind.LogSoftmax : SoftmaxForwardKernel.Kind.Softmax,
                (SoftmaxForwardKernel.Form)form.Form, form.LocalSize),
            rows, flops: 5.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis}";
}

/// <summary>Gradient of a <see cref="SoftmaxOp"/>, from its output.</summary>
public sealed class SoftmaxBackwardOp : Op
{
    private readonly int _axis;
    private readonly bool _isLogarithm;

    /// <summary>Takes the forward result and its gradient.</summary>
    /// <param name="output">The forward result.</param>
    /// <param name="gradOutput">Gradient of the forward result.</param>
    /// <param name="axis">The forward op's axis, not negative.</param>
    /// <param name="isLogarithm">Whether the forward op took the logarithm.</param>
    public SoftmaxBackwardOp(Tensor output, Tensor gradOutput, int axis, bool isLogarithm)
        : base(isLogarithm ? "log_softmax_backward" : "softmax_backward", new[] { output, gradOutput }, new TensorSpec(output.Shape)) =>
        (_axis, _isLogarithm) = (axis, isLogarithm);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Rows rows = Rows.Along(Output.Shape, _axis);
        RowForm form = RowForm.For(lowering, rows);
        form.Launch(lowering,
            SoftmaxBackwardKernel.Call(Inputs[0], Inputs[1], Output, (uint)rows.Count, (uint)rows.Length, (uint)rows.Inner,
                _isLogarithm ? SoftmaxBackwardKernel.Kind.LogSoftmax : SoftmaxBackwardKernel.Kind.Softmax,
                (SoftmaxBackwardKernel.Form)form.Form, form.LocalSize),
            rows, flops: 4.0 * Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"axis={_axis}";
}

/// <summary>Softmax as methods of tensors.</summary>
public static class SoftmaxExtensions
{
    /// <summary>Softmax along an axis.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axis">The axis along which the result adds up to 1; the last by default.</param>
    public static Tensor Softmax(this Tensor input, int axis = -1) => input.Graph.Add(new SoftmaxOp(input, axis, isLogarithm: false)).Output;

    /// <summary>Logarithm of the softmax along an axis.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="axis">The axis; the last by default.</param>
    public static Tensor LogSoftmax(this Tensor input, int axis = -1) => input.Graph.Add(new SoftmaxOp(input, axis, isLogarithm: true)).Output;

    /// <summary>Softmax over the channels of each position.</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c>.</param>
    public static Tensor SoftmaxChannels(this Tensor input) => input.Softmax(axis: 1);
}
