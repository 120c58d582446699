using System;
using System.Collections.Generic;
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
        IReadOnlyList<(long First, long Count)> pieces = lowering.Pieces(Inputs[0].Count);
        int chunks = (int)Math.Min(lowering.Device.IsCpu ? CpuChunks : GpuChunks, Lowering.DivideUp(Inputs[0].Count, 4));
        // Every piece's partial sums begin at an aligned offset.
        if (pieces.Count > 1) chunks = (int)Lowering.DivideUp(chunks, pieces.Count * ParameterSet.AlignmentElements) * ParameterSet.AlignmentElements;
        Tensor partials = lowering.Scratch(new Shape(chunks * pieces.Count));
        for (int i = 0; i < pieces.Count; i++)
        {
            (long first, long count) = pieces[i];
            lowering.LaunchLinear(
                SumOfSquaresKernel.Call(lowering.Part(Inputs[0], first, count), lowering.Part(partials, i * chunks, chunks), (uint)count, (uint)chunks), chunks, 2.0 * count);
        }
        lowering.Launch(NormFinishKernel.Call(partials, Output, (uint)partials.Count), 1);
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
