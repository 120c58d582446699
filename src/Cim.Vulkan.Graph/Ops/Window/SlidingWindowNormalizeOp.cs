using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Each pixel minus the mean, over the standard deviation, of the box around it: the target of ResPix. The border is reflected. Has no gradient.
/// </summary>
public sealed class SlidingWindowNormalizeOp : Op
{
    private readonly int _window;
    private readonly float _epsilon;
    private readonly bool _pooled;

    /// <summary>Normalizes images.</summary>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="window">Pixels across the box, window / 2 of them before the pixel.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="pooled">Whether all channels of an image share mean and variance.</param>
    public SlidingWindowNormalizeOp(Tensor images, int window, float epsilon, bool pooled)
        : base("sliding_window_normalize", new[] { images }, new TensorSpec(images.Shape))
    {
        OperandChecks.RequireFloat(Name, images);
        if (images.Shape.Rank != 4) throw Mismatch(Name, $"images must be [batch, channels, height, width], got {images.Shape}");
        if (window < 1) throw Mismatch(Name, $"window must be at least 1, got {window}");
        if (window / 2 >= images.Shape[2] || window / 2 >= images.Shape[3])
            throw Mismatch(Name, $"window {window} reflects {window / 2} pixels at the border, too many for images {images.Shape}");
        if (!(epsilon > 0f)) throw Mismatch(Name, $"epsilon must be above 0, got {epsilon}");
        (_window, _epsilon, _pooled) = (window, epsilon, pooled);
    }

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        Tensor images = Inputs[0];
        Shape shape = images.Shape;
        Tensor rowMean = lowering.Scratch(shape), rowVariance = lowering.Scratch(shape);
        lowering.LaunchLinear(WindowRowStatisticsKernel.Call(images, rowMean, rowVariance, (uint)images.Count, (uint)shape[3], (uint)_window),
            images.Count, flops: 4.0 * _window * images.Count);
        int pooledChannels = _pooled ? shape[1] : 1;
        lowering.LaunchLinear(
            WindowNormalizeKernel.Call(images, rowMean, rowVariance, Output,
                (uint)images.Count, (uint)shape[2], (uint)shape[3], (uint)pooledChannels, (uint)_window, _epsilon),
            images.Count, flops: 5.0 * _window * pooledChannels * images.Count);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"window={_window} epsilon={FloatBits.Of(_epsilon):x8} pooled={_pooled}";
}

/// <summary>Sliding-window normalization as a method of tensors.</summary>
public static class SlidingWindowNormalizeExtensions
{
    /// <summary>(x - mean) / sqrt(variance + epsilon) over a box around each pixel, reflected at the border; has no gradient.</summary>
    /// <param name="images"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="window">Pixels across the box, window / 2 of them before the pixel.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="pooled">Whether all channels of an image share mean and variance.</param>
    public static Tensor SlidingWindowNormalize(this Tensor images, int window = 8, float epsilon = 1e-6f, bool pooled = false) =>
        images.Graph.Add(new SlidingWindowNormalizeOp(images, window, epsilon, pooled)).Output;
}
