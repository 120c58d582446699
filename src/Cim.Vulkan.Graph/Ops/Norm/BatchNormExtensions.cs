namespace Cim.Vulkan.Graph;

/// <summary>Images that were normalized by their own statistics, and these.</summary>
/// <param name="Output">Of the images' shape.</param>
/// <param name="Mean">Mean of every channel, <c>[channels]</c>.</param>
/// <param name="UnbiasedVariance">Variance of every channel as running statistics keep it, n / (n - 1) times the one that was divided by: <c>[channels]</c>.</param>
public sealed record BatchNormResult(Tensor Output, Tensor Mean, Tensor UnbiasedVariance);

/// <summary>Batch normalization as methods of tensors.</summary>
public static class BatchNormExtensions
{
    /// <summary>Normalizes by the batch's own statistics, as in training: relu((x - mean) / sqrt(variance + epsilon) * weight + bias).</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c> with two elements a channel or more.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="activation">None or ReLU.</param>
    public static BatchNormResult BatchNorm(this Tensor input, Tensor weight, Tensor bias, float epsilon = 1e-5f, Activation activation = Activation.None)
    {
        TensorGraph graph = input.Graph;
        var statistics = graph.Add(new BatchNormStatisticsOp(input));
        // What flows through them is part of the norm's own gradient.
        Tensor mean = statistics.Outputs[0].StopGradient(), variance = statistics.Outputs[1].StopGradient();
        var norm = graph.Add(new BatchNormOp(input, weight, bias, mean, variance, epsilon, hasOwnStatistics: true, activation));
        return new BatchNormResult(norm.Output, mean, statistics.Outputs[2].StopGradient());
    }

    /// <summary>Normalizes by given statistics, as in evaluation.</summary>
    /// <param name="input"><c>[batch, channels, height, width]</c>.</param>
    /// <param name="weight"><c>[channels]</c>.</param>
    /// <param name="bias"><c>[channels]</c>.</param>
    /// <param name="mean">Running mean, <c>[channels]</c>.</param>
    /// <param name="variance">Running variance, <c>[channels]</c>.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="activation">None or ReLU.</param>
    public static Tensor BatchNorm(
        this Tensor input, Tensor weight, Tensor bias, Tensor mean, Tensor variance, float epsilon = 1e-5f, Activation activation = Activation.None) =>
        input.Graph.Add(new BatchNormOp(input, weight, bias, mean, variance, epsilon, hasOwnStatistics: false, activation)).Output;
}
