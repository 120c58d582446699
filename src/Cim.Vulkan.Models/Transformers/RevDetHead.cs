using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>The head of Replaced Visual token Detection: every patch token tells whether its visual token was replaced (Fang et al. 2023, CIM).</summary>
public sealed class RevDetHead
{
    private readonly Linear _linear;

    /// <summary>Declares <c>PREFIXrevdet_head.weight [1, embedDim]</c> and its bias.</summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="embedDim">Width of a token.</param>
    /// <param name="prefix">Goes before every name.</param>
    /// <param name="initialization">First values.</param>
    public RevDetHead(ParameterSet parameters, int embedDim, string prefix = "", TransformerInitialization initialization = TransformerInitialization.Xavier) =>
        _linear = new Linear(parameters, $"{prefix}revdet_head", embedDim, 1, initialization.Small());

    /// <summary>Logits of "replaced": <c>[batch, patches]</c>.</summary>
    /// <param name="patchTokens"><c>[batch, patches, embedDim]</c>.</param>
    public Tensor Forward(Tensor patchTokens) => _linear.Forward(patchTokens).Reshape(patchTokens.Shape[0], patchTokens.Shape[1]);
}
