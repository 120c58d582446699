using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>A 1x1 convolution over one-hot pixels, done as a look-up.</summary>
public sealed class EmbedChannelsOp : Op
{
    /// <summary>Looks every pixel's channels up.</summary>
    /// <param name="indices">Int32 <c>[batch, height, width]</c>; an index outside [0, classes) reads the nearest class.</param>
    /// <param name="weight">The convolution's weight, <c>[channels, classes]</c>.</param>
    /// <param name="bias">The convolution's bias, <c>[channels]</c>.</param>
    public EmbedChannelsOp(Tensor indices, Tensor weight, Tensor bias)
        : base("embed_channels", new[] { indices, weight, bias }, new TensorSpec(Embedded(indices, weight, bias)))
    {
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        int channels = Output.Shape[1], classes = Inputs[1].Shape[1];
        if (context.Needs(1))
        {
            Tensor pixels = context.GradOutput.Permute(0, 2, 3, 1);
            context.Set(1, pixels.ScatterAddRows(Inputs[0], classes).Transpose(0, 1));
        }
        if (context.Needs(2)) context.Set(2, context.GradOutput.SumTo(new Shape(1, channels, 1, 1)).Reshape(channels));
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering) =>
        lowering.LaunchLinear(
            EmbedChannelsKernel.Call(Inputs[0], Inputs[1], Inputs[2], Output,
                (uint)Output.Count, (uint)Output.Shape[1], (uint)Output.Shape.Stride(1), (uint)Inputs[1].Shape[1]),
            Output.Count, flops: Output.Count);

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static Shape Embedded(Tensor indices, Tensor weight, Tensor bias)
    {
        const string name = "embed_channels";
        AxisArguments.RequireRank(name, "indices", indices, 3, "[batch, height, width]");
        AxisArguments.RequireType(name, "indices", indices, ElementType.Int32);
        AxisArguments.RequireRank(name, "weight", weight, 2, "[channels, classes]");
        AxisArguments.RequireType(name, "weight", weight, ElementType.Float32);
        AxisArguments.RequireType(name, "bias", bias, ElementType.Float32);
        if (bias.Shape != new Shape(weight.Shape[0]))
            throw Mismatch(name, $"bias must be [{weight.Shape[0]}] to match weight {weight.Shape}, got {bias.Shape}");
        return new Shape(indices.Shape[0], weight.Shape[0], indices.Shape[1], indices.Shape[2]);
    }
}

/// <summary>Convolution over indices as a method of tensors.</summary>
public static class EmbedChannelsExtensions
{
    /// <summary>What a 1x1 convolution gives for one-hot pixels: float <c>[batch, channels, height, width]</c>.</summary>
    /// <param name="indices">Int32 <c>[batch, height, width]</c>; an index outside [0, classes) reads the nearest class.</param>
    /// <param name="weight">The convolution's weight, <c>[channels, classes]</c>.</param>
    /// <param name="bias">The convolution's bias, <c>[channels]</c>.</param>
    public static Tensor EmbedChannels(this Tensor indices, Tensor weight, Tensor bias) => indices.Graph.Add(new EmbedChannelsOp(indices, weight, bias)).Output;
}
