using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>A vision transformer under timm's names (Dosovitskiy et al. 2021): CIM's enhancer, and what is kept of a pre-training.</summary>
public sealed class VisionTransformer : IVisionEncoder
{
    private readonly ClassToken? _classToken;
    private readonly PositionEmbedding _positions;
    private readonly PatchEmbedding _patchEmbedding;
    private readonly RelativePositionBias? _sharedBias;
    private readonly List<(TransformerBlock Block, RelativePositionBias? Bias)> _blocks = new();
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
        if (options.RelativePositions == RelativePositionKind.Shared) _sharedBias = RelativePositions($"{prefix}rel_pos_bias");
        for (int i = 0; i < options.Depth; i++)
        {
            var block = new TransformerBlock(parameters, prefix, i, options.Block(i));
            _blocks.Add((block, options.RelativePositions == RelativePositionKind.PerBlock ? RelativePositions($"{prefix}blocks.{i}.attn") : _sharedBias));
        }
        _norm = new LayerNorm(parameters, $"{prefix}norm", options.EmbedDim, options.LayerNormEpsilon);
    }

    /// <summary>The set that took the parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>None: its norms need no statistics.</summary>
    public ParameterSet? Statistics => null;

    /// <summary>Sizes and kinds.</summary>
    public VisionTransformerOptions Options { get; }

    /// <inheritdoc/>
    public int FeatureWidth => Options.EmbedDim;

    /// <summary>Tokens after the final norm, the class token first where there is one: <c>[batch, tokens, embedDim]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="isTraining">Whether samples skip branches of the blocks, where the options have a rate for that.</param>
    public Tensor Forward(Tensor images, bool isTraining = false) => Norm(Tokens(images, isTraining: isTraining));

    /// <summary>Tokens before the final norm, the class token first where there is one: <c>[batch, tokens, embedDim]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="masked">Patches that are not seen; null for none.</param>
    /// <param name="depth">How many blocks are run, from the first; null for all.</param>
    /// <param name="isTraining">Whether samples skip branches of the blocks, where the options have a rate for that.</param>
    public Tensor Tokens(Tensor images, MaskedPatches? masked = null, int? depth = null, bool isTraining = false)
    {
        Tensor tokens = Embed(images, masked);
        Tensor? shared = _sharedBias?.Forward(images.Graph);
        for (int i = 0; i < (depth ?? _blocks.Count); i++) tokens = Apply(i, tokens, shared, isTraining);
        return tokens;
    }

    /// <summary>Tokens before the final norm behind chosen blocks, as segmentation heads want them: each <c>[batch, tokens, embedDim]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="blocks">Numbers of blocks, 0 for the first, rising.</param>
    /// <exception cref="System.ArgumentException">A block is not there.</exception>
    public IReadOnlyList<Tensor> Features(Tensor images, params int[] blocks)
    {
        foreach (int block in blocks)
            if (block < 0 || block >= _blocks.Count) throw new System.ArgumentException($"vision transformer: there is no block {block} of {_blocks.Count}", nameof(blocks));
        var features = new List<Tensor>();
        Tensor tokens = Embed(images, null);
        Tensor? shared = _sharedBias?.Forward(images.Graph);
        for (int i = 0; features.Count < blocks.Length; i++)
        {
            tokens = Apply(i, tokens, shared, isTraining: false);
            if (blocks[features.Count] == i) features.Add(tokens);
        }
        return features;
    }

    /// <summary>The final norm, which works token by token.</summary>
    /// <param name="tokens"><c>[…, embedDim]</c></param>
    public Tensor Norm(Tensor tokens) => _norm.Forward(tokens);

    /// <inheritdoc/>
    public Tensor Pool(Tensor images) => PatchTokens(Forward(images)).Mean(1);

    /// <summary>The tokens of patches, without the class token: <c>[batch, gridSide * gridSide, embedDim]</c>.</summary>
    /// <param name="tokens">From <see cref="Forward"/> or <see cref="Tokens"/>.</param>
    public Tensor PatchTokens(Tensor tokens) => _classToken is null ? tokens : ClassToken.Drop(tokens);

    private Tensor Embed(Tensor images, MaskedPatches? masked)
    {
        Tensor tokens = _patchEmbedding.Forward(images);
        if (masked is { } hidden) tokens = tokens.ReplaceTokens(hidden.Positions, hidden.Token);
        if (_classToken is not null) tokens = _classToken.Prepend(tokens);
        return _positions.Forward(tokens);
    }

    private Tensor Apply(int index, Tensor tokens, Tensor? shared, bool isTraining)
    {
        (TransformerBlock block, RelativePositionBias? own) = _blocks[index];
        Tensor? bias = shared ?? own?.Forward(tokens.Graph);
        return Options.Recompute ? tokens.Recompute(inner => block.Forward(inner, bias, isTraining)) : block.Forward(tokens, bias, isTraining);
    }

    private RelativePositionBias RelativePositions(string name) => new(Parameters, name, Options.GridSide, Options.Heads, Options.UseClassToken);
}
