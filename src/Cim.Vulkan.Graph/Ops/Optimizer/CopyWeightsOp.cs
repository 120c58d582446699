using System;
using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Makes the 16-bit copy of weights afresh, rounded to nearest even. Optimizers write it themselves: this is for weights that came another way.</summary>
public sealed class CopyWeightsOp : Op
{
    /// <summary>Copies weights.</summary>
    /// <param name="weights">Float32 <c>[count]</c>, a multiple of 4.</param>
    /// <param name="copy">Persistent, Float16 or BFloat16 <c>[count]</c>.</param>
    public CopyWeightsOp(Tensor weights, Tensor copy)
        : base("copy_weights", new[] { weights, copy })
    {
        if (copy.Buffer is null || copy.ElementType is not (ElementType.Float16 or ElementType.BFloat16))
            throw Mismatch(Name, $"the copy must be a persistent Float16 or BFloat16, got {copy.Source} {copy.ElementType}");
        if (weights.ElementType != ElementType.Float32 || weights.Shape != copy.Shape || weights.Count % 4 != 0)
            throw Mismatch(Name, $"weights must be Float32 {copy.Shape}, in fours, got {weights.ElementType} {weights.Shape}");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { Inputs[1] };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) => Launch(lowering, Inputs[0], Inputs[1]);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    internal static void Launch(Lowering lowering, Tensor weights, Tensor copy)
    {
        foreach ((long first, long count) in lowering.Pieces(weights.Count))
            lowering.LaunchLinear(
                CopyWeightsKernel.Call(lowering.Part(weights, first, count), lowering.Part(copy, first, count), (uint)(count / 4), storageY: lowering.StorageOf(copy)), count / 4);
    }
}

/// <summary>Copies of weights as a method of graphs.</summary>
public static class CopyWeightsExtensions
{
    /// <summary>Appends the making of a copy of a whole buffer.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="copy">From <see cref="PersistentBuffer.Copy"/>.</param>
    /// <returns>The copy, <c>[count]</c>.</returns>
    public static Tensor CopyWeights(this TensorGraph graph, PersistentBuffer copy)
    {
        PersistentBuffer weights = copy.Original ?? throw new ArgumentException($"copy_weights: {copy} is the copy of nothing", nameof(copy));
        var shape = new Shape((int)(weights.SizeBytes / 4));
        Tensor result = graph.Persistent(copy.Name, copy, 0, shape, copy.CopyType);
        graph.Add(new CopyWeightsOp(graph.Persistent(weights.Name, weights, 0, shape), result));
        return result;
    }
}
