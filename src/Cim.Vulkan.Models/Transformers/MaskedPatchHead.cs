using System;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>Patches that a transformer is not to see.</summary>
/// <param name="Positions">Int32 <c>[batch, count]</c>: their numbers, rising within an image.</param>
/// <param name="Token">Stands in their place, <c>[embedDim]</c>.</param>
public readonly record struct MaskedPatches(Tensor Positions, Tensor Token);

/// <summary>
/// What masked image modeling puts on a transformer: a token in place of masked patches and a linear head that tells what they hid, visual tokens
/// (Bao et al. 2021, BEiT) or pixels (Xie et al. 2022, SimMIM).
/// </summary>
public sealed class MaskedPatchHead
{
    private readonly VisionTransformer _trunk;
    private readonly Parameter _maskToken;
    private readonly Linear _head;
    private readonly int? _depth;

    /// <summary>Declares <c>PREFIXmask_token [1, 1, embedDim]</c> and the head in the trunk's set.</summary>
    /// <param name="trunk">The transformer.</param>
    /// <param name="name">The head's name, such as <c>lm_head</c>.</param>
    /// <param name="outputWidth">Values that the head gives for a patch.</param>
    /// <param name="prefix">Goes before every name.</param>
    /// <param name="depth">How many of the trunk's blocks are run, from the first; null for all.</param>
    /// <exception cref="ArgumentException">The trunk has fewer blocks.</exception>
    public MaskedPatchHead(VisionTransformer trunk, string name, int outputWidth, string prefix = "", int? depth = null)
    {
        VisionTransformerOptions options = trunk.Options;
        if (depth < 1 || depth > options.Depth) throw new ArgumentException($"masked patches: {depth} blocks cannot be run of {options.Depth}", nameof(depth));
        (_trunk, _depth) = (trunk, depth);
        _maskToken = trunk.Parameters.Add($"{prefix}mask_token", new Shape(1, 1, options.EmbedDim), options.Initialization.Small());
        _head = new Linear(trunk.Parameters, $"{prefix}{name}", options.EmbedDim, outputWidth, options.Initialization.Small());
    }

    /// <summary>The head's values at the masked patches, images one after the other: <c>[batch * count, outputWidth]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="maskedPositions">Int32 <c>[batch, count]</c>: numbers of the masked patches, rising within an image.</param>
    /// <param name="isTraining">Whether samples skip branches of the blocks, where the options have a rate for that.</param>
    public Tensor Forward(Tensor images, Tensor maskedPositions, bool isTraining = false)
    {
        int width = _trunk.Options.EmbedDim;
        var masked = new MaskedPatches(maskedPositions, images.Graph.Use(_maskToken).Reshape(width));
        Tensor tokens = _trunk.PatchTokens(_trunk.Tokens(images, masked, _depth, isTraining));
        // The norm works row by row, so only the rows that are asked for are normalised.
        return _head.Forward(_trunk.Norm(tokens.GatherTokens(maskedPositions)).Reshape(-1, width));
    }
}
