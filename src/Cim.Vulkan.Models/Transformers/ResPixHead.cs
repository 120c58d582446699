using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>The head of Pixel Residual learning: every patch token predicts its patch's pixels (Fang et al. 2023, CIM).</summary>
public sealed class ResPixHead
{
    private readonly Linear _linear;

    /// <summary>Declares <c>PREFIXrespix_head.weight [patchSize² * channels, embedDim]</c> and its bias.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="embedDim">Width of a token.</param>
    /// <param name="patchSize">Side of a patch in pixels.</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="prefix">Goes before every name.</param>
    /// <param name="initialization">First values.</param>
    public ResPixHead(ParameterSet parameters, int embedDim, int patchSize, int channels = 3, string prefix = "", TransformerInitialization initialization = TransformerInitialization.Xavier) =>
        _linear = new Linear(parameters, $"{prefix}respix_head", embedDim, patchSize * patchSize * channels, initialization.Small());

    /// <summary>Predicted pixels as <c>Patchify</c> orders them, row, column, channel: <c>[batch, patches, patchSize² * channels]</c>.</summary>
    /// <param name="patchTokens"><c>[batch, patches, embedDim]</c>.</param>
    public Tensor Forward(Tensor patchTokens) => _linear.Forward(patchTokens);
}
