using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A learned token before the patches of every image (Dosovitskiy et al. 2021).</summary>
public sealed class ClassToken
{
    private readonly Parameter _token;

    /// <summary>Declares the parameter.</summary>
    /// <param name="parameters">Takes <c>PREFIXcls_token [1, 1, embedDim]</c>; weight decay does not apply to it.</param>
    /// <param name="prefix">Goes before the name.</param>
    /// <param name="embedDim">Width of a token.</param>
    /// <param name="initialization">First values.</param>
    public ClassToken(ParameterSet parameters, string prefix, int embedDim, TransformerInitialization initialization) =>
        _token = parameters.Add($"{prefix}cls_token", new Shape(1, 1, embedDim), initialization.Small(), isDecayed: false);

    /// <summary>Puts the token first: <c>[batch, tokens, embedDim]</c> to <c>[batch, 1 + tokens, embedDim]</c>.</summary>
    /// <param name="tokens"><c>[batch, tokens, embedDim]</c>.</param>
    public Tensor Prepend(Tensor tokens) => tokens.Graph.Use(_token).BroadcastTo(tokens.Shape.With(1, 1)).Concat(1, tokens);

    /// <summary>Drops the first token: <c>[batch, 1 + tokens, embedDim]</c> to <c>[batch, tokens, embedDim]</c>.</summary>
    /// <param name="tokens"><c>[batch, 1 + tokens, embedDim]</c>.</param>
    public static Tensor Drop(Tensor tokens) => tokens.Slice(1, 1, tokens.Shape[1] - 1);
}
