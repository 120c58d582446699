using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Compares tokens: 1 where two integer tensors agree, else 0. Has no gradient.</summary>
public sealed class EqualTokensOp : Op
{
    /// <summary>Compares two tensors of tokens.</summary>
    /// <param name="left">Int32, any shape.</param>
    /// <param name="right">Int32, the same shape.</param>
    public EqualTokensOp(Tensor left, Tensor right)
        : base("equal_tokens", new[] { left, right }, new TensorSpec(left.Shape))
    {
        OperandChecks.RequireTokens(Name, left, right);
        OperandChecks.RequireSameShape(Name, "the left tokens", left, "the right tokens", right);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(EqualTokensKernel.Call(Inputs[0], Inputs[1], Output, (uint)Output.Count), Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Comparison of tokens as a method of tensors.</summary>
public static class EqualTokensExtensions
{
    /// <summary>1 where two tensors hold the same token, else 0; Float32.</summary>
    /// <param name="left">Int32, any shape.</param>
    /// <param name="right">Int32, the same shape.</param>
    public static Tensor EqualTokens(this Tensor left, Tensor right) => left.Graph.Add(new EqualTokensOp(left, right)).Output;
}
