using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>A tensor times, or divided by, a step scalar: a temperature, a loss scale, a warm-up factor.</summary>
public sealed class StepScalarScaleOp : Op
{
    private const int ElementsPerInvocation = 4;
    private readonly int _slot;
    private readonly bool _divides;

    /// <summary>Scales a tensor.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="scalar">A float among the graph's step scalars.</param>
    /// <param name="divides">Whether the tensor is divided instead of multiplied.</param>
    public StepScalarScaleOp(Tensor input, StepScalar scalar, bool divides)
        : this(input, input.Graph.Scalars.Tensor, scalar.Slot, divides)
    {
    }

    /// <summary>Scales a tensor by a number in a table.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="table">Words, some of them the bits of floats.</param>
    /// <param name="slot">Place of the number.</param>
    /// <param name="divides">Whether the tensor is divided instead of multiplied.</param>
    internal StepScalarScaleOp(Tensor input, Tensor table, int slot, bool divides)
        : base(divides ? "divide_by_step_scalar" : "scale_by_step_scalar", new[] { input, table }, new TensorSpec(input.Shape))
    {
        if (input.ElementType != ElementType.Float32) throw Mismatch(Name, $"input must be Float32, got {input.ElementType} for {input}");
        _slot = slot;
        _divides = divides;
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, Inputs[0].Graph.Add(new StepScalarScaleOp(context.GradOutput, Inputs[1], _slot, _divides)).Output);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            ScaleByStepScalarKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count, (uint)_slot,
                _divides ? ScaleByStepScalarKernel.Op.Divide : ScaleByStepScalarKernel.Op.Multiply, elements: ElementsPerInvocation),
            Lowering.DivideUp(Output.Count, ElementsPerInvocation), flops: Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"slot={_slot}";
}

/// <summary>Scaling by step scalars as methods of tensors.</summary>
public static class StepScalarExtensions
{
    /// <summary>x times a step scalar.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="scalar">A float among the graph's step scalars.</param>
    public static Tensor Scale(this Tensor input, StepScalar scalar) => input.Graph.Add(new StepScalarScaleOp(input, scalar, divides: false)).Output;

    /// <summary>x divided by a step scalar.</summary>
    /// <param name="input">Any shape.</param>
    /// <param name="scalar">A float among the graph's step scalars, not 0.</param>
    public static Tensor DivideBy(this Tensor input, StepScalar scalar) => input.Graph.Add(new StepScalarScaleOp(input, scalar, divides: true)).Output;
}
