using System;

namespace Cim.Vulkan.Graph;

/// <summary>The same tensor, through which no gradient flows. Costs nothing: the result shares the input's memory.</summary>
public sealed class StopGradientOp : Op
{
    /// <summary>Cuts a tensor off from differentiation.</summary>
    /// <param name="input">Any tensor.</param>
    public StopGradientOp(Tensor input)
        : base("stop_gradient", new[] { input }, input.Spec)
    {
    }

    /// <inheritdoc/>
    public override int ViewOfInput => 0;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => throw new InvalidOperationException("stop_gradient: is a view and has no kernel");

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}
