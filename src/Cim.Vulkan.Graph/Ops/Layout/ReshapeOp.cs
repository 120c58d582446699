using System;

namespace Cim.Vulkan.Graph;

/// <summary>The same elements under another shape. Costs nothing: the result shares the input's memory.</summary>
public sealed class ReshapeOp : Op
{
    /// <summary>Reshapes a tensor.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="shape">A shape with as many elements.</param>
    public ReshapeOp(Tensor input, Shape shape)
        : base("reshape", new[] { input }, new TensorSpec(shape, input.ElementType))
    {
        if (shape.Count != input.Count) throw Mismatch(Name, $"{shape} has {shape.Count} elements, but the input {input.Shape} has {input.Count}");
    }

    /// <inheritdoc/>
    public override int ViewOfInput => 0;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) => context.Set(0, context.GradOutput.Reshape(Inputs[0].Shape));

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => throw new InvalidOperationException("reshape: is a view and has no kernel");

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}
