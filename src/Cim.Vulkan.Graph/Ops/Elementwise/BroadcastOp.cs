using System;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>A tensor stretched to a larger shape by NumPy's rules, and scaled.</summary>
public sealed class BroadcastOp : Op
{
    private readonly float _factor;

    /// <summary>Stretches a tensor.</summary>
    /// <param name="input">A shape that broadcasts to <paramref name="shape"/>.</param>
    /// <param name="shape">The larger shape.</param>
    /// <param name="factor">Multiplies every element.</param>
    public BroadcastOp(Tensor input, Shape shape, float factor = 1f)
        : base("broadcast", new[] { input }, new TensorSpec(shape))
    {
        if (input.ElementType != ElementType.Float32) throw Mismatch(Name, $"input must be Float32, got {input.ElementType} for {input}");
        if (input.Shape.Rank > shape.Rank || Broadcasting.Join(Name, input.Shape, shape) != shape)
            throw Mismatch(Name, $"{input.Shape} does not broadcast to {shape}");
        _factor = factor;
    }

    /// <summary>Multiplies every element.</summary>
    public float Factor => _factor;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, context.GradOutput.SumTo(Inputs[0].Shape).Scale(_factor));
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        (int[] lengths, uint[][] strides) = Broadcasting.Merge(Output.Shape, Inputs[0].Shape);
        if (lengths.Length > Broadcasting.MaxRank)
            throw new NotSupportedException($"{Name}: stretching {Inputs[0].Shape} to {Output.Shape} needs more than {Broadcasting.MaxRank} axes");
        uint Length(int axis) => axis < lengths.Length ? (uint)lengths[axis] : 1;
        uint Stride(int axis) => axis < lengths.Length ? strides[0][axis] : 0;
        lowering.LaunchLinear(
            BroadcastKernel.Call(Inputs[0], Output, (uint)Output.Count, _factor, Length(1), Length(2), Length(3),
                Stride(0), Stride(1), Stride(2), Stride(3), rank: (uint)Math.Max(1, lengths.Length)),
            Output.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"factor={FloatBits.Of(_factor):x8}";
}

/// <summary>Broadcasting as a method of tensors.</summary>
public static class BroadcastExtensions
{
    /// <summary>The tensor stretched to a larger shape: axes are aligned at the innermost, and axes of length 1 repeat.</summary>
    /// <param name="input">A shape that broadcasts to <paramref name="shape"/>.</param>
    /// <param name="shape">The larger shape.</param>
    public static Tensor BroadcastTo(this Tensor input, Shape shape) =>
        input.Shape == shape ? input
        : input.Count == shape.Count && input.Shape.Rank <= shape.Rank && Broadcasting.Join("broadcast", input.Shape, shape) == shape ? input.Reshape(shape)
        : input.Graph.Add(new BroadcastOp(input, shape)).Output;
}
