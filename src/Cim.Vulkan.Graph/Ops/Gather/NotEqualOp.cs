using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Whether integers differ, element by element, as 0 and 1.</summary>
public sealed class NotEqualOp : Op
{
    /// <summary>Compares two tensors.</summary>
    /// <param name="left">Int32 of any shape.</param>
    /// <param name="right">Int32 of the same shape.</param>
    public NotEqualOp(Tensor left, Tensor right)
        : base("not_equal", new[] { left, right }, new TensorSpec(left.Shape))
    {
        AxisArguments.RequireType(Name, "left", left, ElementType.Int32);
        AxisArguments.RequireType(Name, "right", right, ElementType.Int32);
        if (left.Shape != right.Shape) throw Mismatch(Name, $"right must be {left.Shape} to match left, got {right.Shape}");
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(NotEqualKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count), Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Comparison of integer tensors.</summary>
public static class NotEqualExtensions
{
    /// <summary>1 where the integers differ, 0 where they are equal, as floats: RevDet's labels.</summary>
    /// <param name="left">Int32 of any shape.</param>
    /// <param name="right">Int32 of the same shape.</param>
    public static Tensor NotEqual(this Tensor left, Tensor right) => left.Graph.Add(new NotEqualOp(left, right)).Output;
}
