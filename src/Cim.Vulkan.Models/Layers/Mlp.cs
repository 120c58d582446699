using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Two linear layers with a GELU between them.</summary>
public sealed class Mlp
{
    private readonly Linear _first;
    private readonly Linear _second;

    /// <summary>Declares the layers <c>NAME.fc1</c> and <c>NAME.fc2</c>.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="name">The layer's name, such as <c>blocks.0.mlp</c>.</param>
    /// <param name="embedDim">Width of a token.</param>
    /// <param name="hiddenDim">Width between the two layers.</param>
    /// <param name="initialization">First values.</param>
    /// <param name="block">The block that the layers are in, 0 for the first.</param>
    public Mlp(ParameterSet parameters, string name, int embedDim, int hiddenDim, TransformerInitialization initialization, int block)
    {
        _first = new Linear(parameters, $"{name}.fc1", embedDim, hiddenDim, initialization.Weight(embedDim, hiddenDim));
        _second = new Linear(parameters, $"{name}.fc2", hiddenDim, embedDim, initialization.ResidualWeight(hiddenDim, embedDim, block));
    }

    /// <summary>Maps every token by itself: <c>[batch, tokens, embedDim]</c> to the same shape.</summary>
    /// <param name="tokens"><c>[batch, tokens, embedDim]</c>.</param>
    /// <param name="residual">Is added to the result, of the same shape; null for none.</param>
    /// <param name="scale">Multiplies the result before that, <c>[embedDim]</c>; null for none.</param>
    /// <param name="sampleFactors">Multiplies the result before that, <c>[batch]</c>; null for none.</param>
    public Tensor Forward(Tensor tokens, Tensor? residual = null, Tensor? scale = null, Tensor? sampleFactors = null) =>
        _second.Forward(_first.Forward(tokens, Activation.Gelu), residual: residual, scale: scale, sampleFactors: sampleFactors);
}
