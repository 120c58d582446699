using System;

namespace Cim.Vulkan.Graph;

/// <summary>A tensor of one value everywhere.</summary>
public sealed class FilledOp : Op
{
    private readonly float _value;

    /// <summary>Makes a tensor of one value.</summary>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="value">The value.</param>
    public FilledOp(Shape shape, float value)
        : base("filled", Array.Empty<Tensor>(), new TensorSpec(shape)) => _value = value;

    /// <summary>The value.</summary>
    public float Value => _value;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => lowering.Fill(Output, (uint)FloatBits.Of(_value));

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"value={FloatBits.Of(_value):x8}";
}
