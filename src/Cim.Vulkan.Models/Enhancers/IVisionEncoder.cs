using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A network that turns pictures into features, whatever is inside: what pre-training leaves and downstream tasks take up.</summary>
public interface IVisionEncoder
{
    /// <summary>The set that took the parameters.</summary>
    ParameterSet Parameters { get; }

    /// <summary>The set that took running statistics of norms; null where there are none.</summary>
    ParameterSet? Statistics { get; }

    /// <summary>Values of a picture's feature vector.</summary>
    int FeatureWidth { get; }

    /// <summary>One vector a picture, as evaluation sees it: <c>[batch, FeatureWidth]</c>, the mean over all places.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, height, width]</c>.</param>
    Tensor Pool(Tensor images);
}
