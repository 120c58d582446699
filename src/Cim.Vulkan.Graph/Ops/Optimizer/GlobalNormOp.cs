using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>The Euclidean norm of all elements, summed in a fixed order. Has no gradient.</summary>
public sealed class GlobalNormOp : Op
{
    private const int CpuChunks = 512;
    private const int GpuChunks = 8192;

    /// <summary>Takes the norm.</summary>
    /// <param name="input">Any shape; as a rule a set's packed gradients.</param>
    public GlobalNormOp(Tensor input)
        : base("global_norm", new[] { input }, new TensorSpec(new Shape(1)))
    {
        if (input.ElementType != ElementType.Float32) throw Mismatch(Name, $"input must be Float32, got {input.ElementType} for {input}");
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        int chunks = (int)Math.Min(lowering.Device.IsCpu ? CpuChunks : GpuChunks, Lowering.DivideUp(Inputs[0].Count, 4));
        Tensor partials = lowering.Scratch(new Shape(chunks));
        lowering.LaunchLinear(SumOfSquaresKernel.Call(Inputs[0], partials, (uint)Inputs[0].Count, (uint)chunks), chunks, 2.0 * Inputs[0].Count);
        lowering.Launch(NormFinishKernel.Call(partials, Output, (uint)chunks), 1);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}

/// <summary>Norms as methods of tensors.</summary>
public static class GlobalNormExtensions
{
    /// <summary>The Euclidean norm of all elements, <c>[1]</c>; has no gradient.</summary>
    /// <param name="input">Any shape; as a rule a set's packed gradients.</param>
    public static Tensor GlobalNorm(this Tensor input) => input.Graph.Add(new GlobalNormOp(input)).Output;
}
