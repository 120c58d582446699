namespace Cim.Vulkan.Graph;

/// <summary>The sum of each channel over all images and places, the gradient of a convolution's bias: <c>[channels]</c>.</summary>
public sealed class ChannelSumOp : Op
{
    /// <summary>Sums channels.</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c></param>
    public ChannelSumOp(Tensor input)
        : base("channel_sum", new[] { input }, new TensorSpec(new Shape(PoolArguments.CheckImages("channel_sum", input)[1])))
    {
    }

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        if (context.Needs(0)) context.Set(0, context.GradOutput.Reshape(Output.Shape[0], 1, 1).BroadcastTo(Inputs[0].Shape));
    }

    /// <inheritdoc/>
    protected internal override bool ReadsChannelsLast(int input) => true;

    /// <inheritdoc/>
    protected internal override bool ReadsHalf(int input) => true;

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Shape shape = Inputs[0].Shape;
        int batch = shape[0], channels = shape[1], places = shape[2] * shape[3];
        if (lowering.IsChannelsLast(Inputs[0]) || places == 1 || channels == 1)
        {
            AxisSum.Launch(lowering, Inputs[0], Output, 1, batch * places, channels, 1f);
            return;
        }
        Tensor images = batch == 1 ? Output : lowering.Scratch(new Shape(batch, channels));
        AxisSum.Launch(lowering, Inputs[0], images, batch * channels, places, 1, 1f);
        if (batch > 1) AxisSum.Launch(lowering, images, Output, 1, batch, channels, 1f);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";
}
