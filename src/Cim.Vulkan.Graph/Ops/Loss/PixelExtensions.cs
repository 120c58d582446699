namespace Cim.Vulkan.Graph;

/// <summary>Losses and maps on pixels (Ramesh et al. 2021).</summary>
public static class PixelExtensions
{
    /// <summary>Room that <see cref="MapPixels"/> leaves at both ends, so that the logit of a pixel stays finite.</summary>
    public const float PixelEpsilon = 0.1f;

    /// <summary>Pixels in [0, 1] to [epsilon, 1 - epsilon].</summary>
    /// <param name="images">Any shape, within [0, 1].</param>
    public static Tensor MapPixels(this Tensor images) => images.Scale(1f - (2f * PixelEpsilon), PixelEpsilon);

    /// <summary>The inverse of <see cref="MapPixels"/>, clamped to [0, 1].</summary>
    /// <param name="images">Any shape.</param>
    public static Tensor UnmapPixels(this Tensor images) =>
        images.Scale(1f / (1f - (2f * PixelEpsilon)), -PixelEpsilon / (1f - (2f * PixelEpsilon))).Clamp(0f, 1f);

    /// <summary>Mean absolute difference, <c>[1]</c>.</summary>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape.</param>
    public static Tensor L1Loss(this Tensor prediction, Tensor target) => Difference("l1_loss", prediction, target).Abs().MeanAll();

    /// <summary>Mean squared difference, <c>[1]</c>.</summary>
    /// <param name="prediction">Any shape.</param>
    /// <param name="target">The same shape.</param>
    public static Tensor L2Loss(this Tensor prediction, Tensor target) => Difference("l2_loss", prediction, target).Square().MeanAll();

    /// <summary>
    /// Mean negative log-likelihood of all pixel values under logit-Laplace distributions, <c>[1]</c>; gradient with respect to the statistics only.
    /// </summary>
    /// <param name="statistics"><c>[batch, 2 * channels, height, width]</c>: locations mu, then logarithms of the scales.</param>
    /// <param name="images"><c>[batch, channels, height, width]</c> after <see cref="MapPixels"/>.</param>
    public static Tensor LogitLaplaceLoss(this Tensor statistics, Tensor images) =>
        statistics.Graph.Add(new LogitLaplaceOp(statistics, images)).Output.MeanAll();

    /// <summary>The picture that logit-Laplace statistics stand for, within [0, 1]: <c>[batch, channels, height, width]</c>; has no gradient.</summary>
    /// <param name="statistics"><c>[batch, 2 * channels, height, width]</c>: locations mu, then logarithms of the scales.</param>
    public static Tensor LaplaceMeanImage(this Tensor statistics) => statistics.Graph.Add(new LaplaceMeanImageOp(statistics)).Output;

    // Broadcasting would hide a wrong shape behind a number that looks like a loss.
    private static Tensor Difference(string name, Tensor prediction, Tensor target)
    {
        OperandChecks.RequireSameShape(name, "the prediction", prediction, "the target", target);
        return prediction.Subtract(target);
    }
}
