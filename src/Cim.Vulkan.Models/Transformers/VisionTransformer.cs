using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A vision transformer under timm's names (Dosovitskiy et al. 2021): CIM's enhancer, and what is kept of a pre-training.</summary>
public sealed class VisionTransformer
{
    private readonly ClassToken? _classToken;
    private readonly PositionEmbedding _positions;
    private readonly PatchEmbedding _patchEmbedding;
    private readonly List<TransformerBlock> _blocks = new();
    private readonly LayerNorm _norm;

    /// <summary>
    /// Declares the parameters under timm's names: <c>cls_token</c>, <c>pos_embed</c>, <c>patch_embed.proj</c>, <c>blocks.I…</c>, <c>norm</c>.
    /// </summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="prefix">Goes before every name.</param>
    public VisionTransformer(ParameterSet parameters, VisionTransformerOptions options, string prefix = "")
    {
        options.Validate();
        Parameters = parameters;
        Options = options;
        if (options.UseClassToken) _classToken = new ClassToken(parameters, prefix, options.EmbedDim, options.Initialization);
        _positions = new PositionEmbedding(parameters, prefix, options.Positions, options.GridSide, options.EmbedDim, options.UseClassToken, options.Initialization);
        _patchEmbedding = new PatchEmbedding(parameters, $"{prefix}patch_embed", options.InputChannels, options.PatchSize, options.EmbedDim, options.Initialization);
        for (int i = 0; i < options.Depth; i++) _blocks.Add(new TransformerBlock(parameters, prefix, i, options.Block(i)));
        _norm = new LayerNorm(parameters, $"{prefix}norm", options.EmbedDim, options.LayerNormEpsilon);
    }

    /// <summary>The set that took the parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Sizes and kinds.</summary>
    public VisionTransformerOptions Options { get; }

    /// <summary>Tokens after the final norm, the class token first where there is one: <c>[batch, tokens, embedDim]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="isTraining">Whether samples skip branches of the blocks, where the options have a rate for that.</param>
    public Tensor Forward(Tensor images, bool isTraining = false)
    {
        Tensor tokens = _patchEmbedding.Forward(images);
        if (_classToken is not null) tokens = _classToken.Prepend(tokens);
        tokens = _positions.Forward(tokens);
        foreach (TransformerBlock block in _blocks)
            tokens = Options.Recompute ? tokens.Recompute(inner => block.Forward(inner, isTraining: isTraining)) : block.Forward(tokens, isTraining: isTraining);
        return _norm.Forward(tokens);
    }

    /// <summary>The tokens of patches, without the class token: <c>[batch, gridSide * gridSide, embedDim]</c>.</summary>
    /// <param name="tokens">From <see cref="Forward"/>.</param>
    public Tensor PatchTokens(Tensor tokens) => _classToken is null ? tokens : ClassToken.Drop(tokens);
}
