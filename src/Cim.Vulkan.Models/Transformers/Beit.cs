using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>BEiT, which predicts the visual tokens of masked patches (Bao et al. 2021); a small one is the trained part of CIM's generator.</summary>
public sealed class Beit
{
    private const string Head = "lm_head";

    private readonly MaskedPatchHead _head;

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
        Trunk = new VisionTransformer(parameters, options.Trunk, prefix);
        _head = new MaskedPatchHead(Trunk, Head, options.VocabularySize, prefix);
    }

    /// <summary>Puts mask token and head on a transformer that is there, so that both share its weights.</summary>
    /// <param name="trunk">The transformer.</param>
    /// <param name="vocabularySize">Number of different visual tokens.</param>
    /// <param name="depth">How many of its blocks are run, from the first; null for all.</param>
    public Beit(VisionTransformer trunk, int vocabularySize, int? depth = null)
    {
        Trunk = trunk;
        _head = new MaskedPatchHead(trunk, Head, vocabularySize, depth: depth);
    }

    /// <summary>The set that took the parameters.</summary>
    public ParameterSet Parameters => Trunk.Parameters;

    /// <summary>All but mask token and head.</summary>
    public VisionTransformer Trunk { get; }

    /// <summary>Logits over visual tokens at the masked positions, images one after the other: <c>[batch * count, vocabularySize]</c>.</summary>
    /// <param name="images">Normalised images, <c>[batch, channels, imageSize, imageSize]</c>.</param>
    /// <param name="maskedPositions">Int32 <c>[batch, count]</c>: numbers of the masked patches, rising within an image.</param>
    /// <param name="isTraining">Whether samples skip branches of the blocks, where the options have a rate for that.</param>
    public Tensor Forward(Tensor images, Tensor maskedPositions, bool isTraining = false) => _head.Forward(images, maskedPositions, isTraining);
}
