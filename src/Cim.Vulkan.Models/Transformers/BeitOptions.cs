using System;

namespace Cim.Vulkan.Models;

/// <summary>Sizes of a BEiT with a head over visual tokens; the defaults are CIM's generator beside a ViT-S.</summary>
public sealed record BeitOptions
{
    /// <summary>BEiT-B/16 as its authors pre-train it: shared relative positions, no absolute ones, layer scale 0.1.</summary>
    public static BeitOptions Base { get; } = new()
    {
        EmbedDim = 768, Depth = 12, Heads = 12, UseAbsolutePositions = false, UseSharedRelativePositions = true, LayerScale = 0.1f,
    };

    /// <summary>BEiT-L/16: as <see cref="Base"/> with 24 blocks of width 1024 and layer scale 1e-5.</summary>
    public static BeitOptions Large { get; } = Base with { EmbedDim = 1024, Depth = 24, Heads = 16, LayerScale = 1e-5f };

    /// <summary>Side of an image in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Channels of an image.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 384;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Hidden width of the MLPs as a multiple of <see cref="EmbedDim"/>.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Number of different visual tokens.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>Whether a class token goes before the patches.</summary>
    public bool UseClassToken { get; init; } = true;

    /// <summary>Whether learned absolute positions are added.</summary>
    public bool UseAbsolutePositions { get; init; } = true;

    /// <summary>Whether attention scores have a bias by relative position, shared by all blocks.</summary>
    public bool UseSharedRelativePositions { get; init; }

    /// <summary>First value of the learned factors on residual branches; null for none.</summary>
    public float? LayerScale { get; init; }

    /// <summary>
    /// Probability that a sample skips a branch of the last block while the model is trained, in [0, 1); it rises linearly from 0 in the first block.
    /// </summary>
    public double DropPathRate { get; init; }

    /// <summary>Whether backward computes each block again instead of keeping its inner tensors: less memory, more time, the same bits.</summary>
    public bool Recompute { get; init; }

    /// <summary>First values of the weights.</summary>
    public TransformerInitialization Initialization { get; init; } = TransformerInitialization.Beit;

    /// <summary>Epsilon of the layer norms.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-6f;

    /// <summary>Patches along one side of an image.</summary>
    public int GridSide => ImageSize / PatchSize;

    /// <summary>Refuses sizes that make no model.</summary>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public void Validate()
    {
        TransformerSizes.Validate("beit", ImageSize, PatchSize, EmbedDim, Depth, Heads, MlpRatio);
        TransformerSizes.ValidateDropPathRate("beit", DropPathRate);
        if (VocabularySize < 2) throw new ArgumentException($"beit: vocabularySize must be at least 2, got {VocabularySize}");
    }

    /// <summary>The transformer under the head.</summary>
    internal VisionTransformerOptions Trunk => new()
    {
        ImageSize = ImageSize,
        PatchSize = PatchSize,
        InputChannels = InputChannels,
        EmbedDim = EmbedDim,
        Depth = Depth,
        Heads = Heads,
        MlpRatio = MlpRatio,
        UseClassToken = UseClassToken,
        Positions = UseAbsolutePositions ? PositionKind.Learned : PositionKind.None,
        RelativePositions = UseSharedRelativePositions ? RelativePositionKind.Shared : RelativePositionKind.None,
        QkvBias = QkvBias.QueryAndValue,
        LayerScale = LayerScale,
        DropPathRate = DropPathRate,
        Recompute = Recompute,
        Initialization = Initialization,
        LayerNormEpsilon = LayerNormEpsilon,
    };
}
