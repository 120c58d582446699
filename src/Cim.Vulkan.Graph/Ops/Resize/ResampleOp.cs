using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>How a resize interpolates.</summary>
public enum ResampleFilter
{
    /// <summary>Two taps an axis.</summary>
    Bilinear,

    /// <summary>Four taps an axis, Keys' kernel with a = -0.75.</summary>
    Bicubic,
}

/// <summary>Images resized by interpolation, without aligned corners and without anti-aliasing, as PyTorch's <c>interpolate</c>.</summary>
public sealed class ResampleOp : Op
{
    private readonly ResampleFilter _filter;

    /// <summary>Resizes images.</summary>
    /// <param name="filter">The interpolation.</param>
    /// <param name="input">Images, <c>[batch, channels, height, width]</c>.</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    public ResampleOp(ResampleFilter filter, Tensor input, int height, int width)
        : base(NameOf(filter), new[] { input }, new TensorSpec(Resized(NameOf(filter), input, height, width))) => _filter = filter;

    /// <summary>The interpolation.</summary>
    public ResampleFilter Filter => _filter;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context) =>
        context.Set(0, Output.Graph.Add(new ResampleBackwardOp(_filter, context.GradOutput, Inputs[0].Shape)).Output);

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Shape input = Inputs[0].Shape;
        int taps = _filter == ResampleFilter.Bicubic ? 4 : 2;
        lowering.LaunchLinear(
            ResampleKernel.Call(Inputs[0], Output,
                (uint)Output.Count, (uint)input[2], (uint)input[3], (uint)Output.Shape[2], (uint)Output.Shape[3], (ResampleKernel.Filter)_filter),
            Output.Count, flops: 2.0 * Output.Count * taps * (taps + 1));
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => "";

    private static string NameOf(ResampleFilter filter) => filter == ResampleFilter.Bicubic ? "upsample_bicubic" : "upsample_bilinear";

    private static Shape Resized(string name, Tensor input, int height, int width)
    {
        Shape shape = PoolArguments.CheckImages(name, input);
        AxisArguments.RequirePositive(name, "height", height);
        AxisArguments.RequirePositive(name, "width", width);
        return shape.With(2, height).With(3, width);
    }
}

/// <summary>Gradient of <see cref="ResampleOp"/>.</summary>
public sealed class ResampleBackwardOp : Op
{
    private readonly ResampleFilter _filter;

    /// <summary>Hands gradients back.</summary>
    /// <param name="filter">The interpolation.</param>
    /// <param name="gradOutput">Gradient of the resized images.</param>
    /// <param name="shape">Shape of the images before.</param>
    public ResampleBackwardOp(ResampleFilter filter, Tensor gradOutput, Shape shape)
        : base("resample_backward", new[] { gradOutput }, new TensorSpec(shape)) => _filter = filter;

    /// <inheritdoc/>
    protected internal override void Differentiate(GradientContext context)
    {
        Shape resized = Inputs[0].Shape;
        context.Set(0, Output.Graph.Add(new ResampleOp(_filter, context.GradOutput, resized[2], resized[3])).Output);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Shape resized = Inputs[0].Shape;
        lowering.LaunchLinear(
            ResampleBackwardKernel.Call(Inputs[0], Output,
                (uint)Output.Count, (uint)Output.Shape[2], (uint)Output.Shape[3], (uint)resized[2], (uint)resized[3],
                (ResampleBackwardKernel.Filter)_filter),
            Output.Count, flops: 8.0 * Inputs[0].Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"filter={_filter}";
}

/// <summary>Resizing as methods of tensors.</summary>
public static class ResampleExtensions
{
    /// <summary>Images resized by bilinear interpolation: <c>[batch, channels, height, width]</c>.</summary>
    /// <param name="input">Images of any size.</param>
    /// <param name="height">New height, larger or smaller.</param>
    /// <param name="width">New width, larger or smaller.</param>
    public static Tensor UpsampleBilinear(this Tensor input, int height, int width) =>
        input.Graph.Add(new ResampleOp(ResampleFilter.Bilinear, input, height, width)).Output;

    /// <summary>Images resized by bicubic interpolation with a = -0.75: <c>[batch, channels, height, width]</c>.</summary>
    /// <param name="input">Images of any size.</param>
    /// <param name="height">New height, larger or smaller.</param>
    /// <param name="width">New width, larger or smaller.</param>
    public static Tensor UpsampleBicubic(this Tensor input, int height, int width) =>
        input.Graph.Add(new ResampleOp(ResampleFilter.Bicubic, input, height, width)).Output;
}
