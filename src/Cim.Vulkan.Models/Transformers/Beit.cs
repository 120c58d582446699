using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>BEiT, which predicts the visual tokens of masked patches (Bao et al. 2021); a small one is the trained part of CIM's generator.</summary>
public sealed class Beit
{
    private readonly ClassToken? _classToken;
    private readonly Parameter _maskToken;
    private readonly PositionEmbedding _positions;
    private readonly PatchEmbedding _patchEmbedding;
    private readonly RelativePositionBias? _relativePositions;
    private readonly List<TransformerBlock> _blocks = new();
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    /// <summary>
    /// Declares the parameters under BEiT's names: <c>cls_token</c>, <c>mask_token</c>, <c>patch_embed.proj</c>, <c>blocks.I…</c>,
    /// <c>norm</c>, <c>lm_head</c>.
    /// </summary>
    /// <param name="parameters">Takes the parameters.</param>
    /// <param name="options">Sizes and kinds.</param>
    /// <param name="prefix">Goes before every name.</param>
    public Beit(ParameterSet parameters, BeitOptions options, string prefix = "")
    {
        options.Validate();
        Parameters = parameters;
        Options = options;
        int width = options.EmbedDim;
        if (options.UseClassToken) _classToken = new ClassToken(parameters, prefix, width, options.Initialization);
        _maskToken = parameters.Add($"{prefix}mask_token", new Shape(1, 1, width), options.Initialization.Small());
        PositionKind positions = options.UseAbsolutePositions ? PositionKind.Learned : PositionKind.None;
        _positions = new PositionEmbedding(parameters, prefix, positions, options.GridSide, width, options.UseClassToken, options.Initialization);
        _patchEmbedding = new PatchEmbedding(parameters, $"{prefix}patch_embed", options.InputChannels, options.PatchSize, width, options.Initialization);
        if (options.UseSharedRelativePositions)
            _relativePositions = new RelativePositionBias(parameters, $"{prefix}rel_pos_bias", options.GridSide, options.Heads, options.UseClassToken);
        for (int i = 0; i < options.Depth; i++) _blocks.Add(new TransformerBlock(parameters, prefix, i, options.Block(i)));
        _norm = new LayerNorm(parameters, $"{prefix}norm", width, options.LayerNormEpsilon);
        _head = new Linear(parameters, $"{prefix}lm_head", width, options.VocabularySize, options.Initialization.Small());
    }

    /// <summary>The set that took the parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>Sizes and kinds.</summary>
    public BeitOptions Options { get; }

    /// <summary>Logits over visual tokens at the masked positions, images one after the other: <c>[batch * count, vocabularySize]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="maskedPositions">Int32 <c>[batch, count]</c>: numbers of the masked patches, rising within an image.</param>
    /// <param name="isTraining">Whether samples skip branches of the blocks, where the options have a rate for that.</param>
    public Tensor Forward(Tensor images, Tensor maskedPositions, bool isTraining = false)
    {
        int width = Options.EmbedDim;
        Tensor maskToken = images.Graph.Use(_maskToken).Reshape(width);
        Tensor tokens = _patchEmbedding.Forward(images).ReplaceTokens(maskedPositions, maskToken);
        if (_classToken is not null) tokens = _classToken.Prepend(tokens);
        tokens = _positions.Forward(tokens);
        Tensor? bias = _relativePositions?.Forward(images.Graph);
        foreach (TransformerBlock block in _blocks)
            tokens = Options.Recompute ? tokens.Recompute(inner => block.Forward(inner, bias, isTraining)) : block.Forward(tokens, bias, isTraining);
        if (_classToken is not null) tokens = ClassToken.Drop(tokens);
        // The norm works row by row, so only the rows that are asked for are normalised.
        Tensor masked = _norm.Forward(tokens.GatherTokens(maskedPositions));
        return _head.Forward(masked.Reshape(-1, width));
    }
}
