using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>What becomes of a picture before a network sees it.</summary>
public sealed record ImagePreprocessing
{
    /// <summary>By ImageNet's mean and deviation, as most published encoders.</summary>
    public static ImagePreprocessing ImageNet { get; } = new();

    /// <summary>Taken off the pixels, which are in [0, 1]: one value a channel, red first.</summary>
    public float[] Mean { get; init; } = { 0.485f, 0.456f, 0.406f };

    /// <summary>Then divided by: one value a channel.</summary>
    public float[] StandardDeviation { get; init; } = { 0.229f, 0.224f, 0.225f };

    /// <summary>How pictures are resized.</summary>
    public string Interpolation { get; init; } = "bicubic";

    /// <summary>Normalised pictures of the same shape.</summary>
    /// <param name="images">Pictures in [0, 1], <c>[batch, channels, height, width]</c>.</param>
    public Tensor Normalize(Tensor images) => images.NormalizeChannels(Mean, StandardDeviation);
}
