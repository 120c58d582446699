using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Images cut into patches, each mapped linearly to a token: a convolution whose stride is its kernel (Dosovitskiy et al. 2021).</summary>
public sealed class PatchEmbedding
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <summary>Declares the layer's parameters.</summary>
    /// <param name="parameters">Takes <c>NAME.proj.weight [embedDim, channels, patchSize, patchSize]</c> and <c>NAME.proj.bias [embedDim]</c>.</param>
    /// <param name="name">The layer's name, by custom <c>patch_embed</c>.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="patchSize">Side of a patch.</param>
    /// <param name="embedDim">Width of a token.</param>
    /// <param name="initialization">First values.</param>
    public PatchEmbedding(ParameterSet parameters, string name, int channels, int patchSize, int embedDim, TransformerInitialization initialization)
    {
        Initializer first = initialization.Weight(channels * patchSize * patchSize, embedDim);
        _weight = parameters.Add($"{name}.proj.weight", new Shape(embedDim, channels, patchSize, patchSize), first);
        _bias = parameters.Add($"{name}.proj.bias", new Shape(embedDim), Initializer.Zeros);
    }

    /// <summary>Tokens row by row: <c>[batch, channels, height, width]</c> to <c>[batch, (height / patchSize) * (width / patchSize), embedDim]</c>.</summary>
    /// <param name="images">Images whose sides are multiples of the patch size.</param>
    public Tensor Forward(Tensor images)
    {
        int channels = _weight.Shape[1], patchSize = _weight.Shape[2];
        int rows = images.Shape[2] / patchSize, columns = images.Shape[3] / patchSize;
        // Patches in the weight's own order, so that a matrix multiply gives tokens without a transpose behind it.
        Tensor patches = images.Reshape(images.Shape[0], channels, rows, patchSize, columns, patchSize)
            .Permute(0, 2, 4, 1, 3, 5)
            .Reshape(images.Shape[0], rows * columns, channels * patchSize * patchSize);
        Tensor weight = images.Graph.Use(_weight);
        return patches.Linear(weight.Reshape(weight.Shape[0], patches.Shape[2]), images.Graph.Use(_bias));
    }
}
