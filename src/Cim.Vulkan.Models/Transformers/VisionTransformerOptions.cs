using System;

namespace Cim.Vulkan.Models;

/// <summary>How attention knows where a key lies as seen from the query.</summary>
public enum RelativePositionKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By one table of biases, <c>rel_pos_bias</c>, for all blocks: BEiT's pre-training.</summary>
    Shared,

    /// <summary>By a table in every block, <c>blocks.I.attn.relative_position_bias_table</c>: BEiT's fine-tuning.</summary>
    PerBlock,
}

/// <summary>Sizes of a vision transformer; the defaults are ViT-B/16 at 224 pixels.</summary>
public sealed record VisionTransformerOptions
{
    /// <summary>ViT-Ti/16.</summary>
    public static VisionTransformerOptions Tiny { get; } = new() { EmbedDim = 192, Heads = 3 };

    /// <summary>ViT-S/16.</summary>
    public static VisionTransformerOptions Small { get; } = new() { EmbedDim = 384, Heads = 6 };

    /// <summary>ViT-B/16.</summary>
    public static VisionTransformerOptions Base { get; } = new();

    /// <summary>ViT-L/16.</summary>
    public static VisionTransformerOptions Large { get; } = new() { EmbedDim = 1024, Depth = 24, Heads = 16 };

    /// <summary>Side of an image in pixels.</summary>
    public int ImageSize { get; init; } = 224;

    /// <summary>Side of a patch in pixels.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Channels of an image.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Width of a token.</summary>
    public int EmbedDim { get; init; } = 768;

    /// <summary>Number of blocks.</summary>
    public int Depth { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 12;

    /// <summary>Hidden width of the MLPs as a multiple of <see cref="EmbedDim"/>.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Whether a class token goes before the patches.</summary>
    public bool UseClassToken { get; init; } = true;

    /// <summary>Kind of absolute positions.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>Relative positions in attention.</summary>
    public RelativePositionKind RelativePositions { get; init; }

    /// <summary>Which of query, key and value have a bias.</summary>
    public QkvBias QkvBias { get; init; } = QkvBias.Full;

    /// <summary>First value of the learned factors on residual branches; null, as in a plain ViT, for none.</summary>
    public float? LayerScale { get; init; }

    /// <summary>
    /// Probability that a sample skips a branch of the last block while the model is trained, in [0, 1); it rises linearly from 0 in the first block.
    /// </summary>
    public double DropPathRate { get; init; }

    /// <summary>Whether backward computes each block again instead of keeping its inner tensors: less memory, more time, the same bits.</summary>
    public bool Recompute { get; init; }

    /// <summary>First values of the weights.</summary>
    public TransformerInitialization Initialization { get; init; } = TransformerInitialization.Xavier;

    /// <summary>Epsilon of the layer norms.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-6f;

    /// <summary>Patches along one side of an image.</summary>
    public int GridSide => ImageSize / PatchSize;

    /// <summary>Refuses sizes that make no model.</summary>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public void Validate()
    {
        TransformerSizes.Validate("vision transformer", ImageSize, PatchSize, EmbedDim, Depth, Heads, MlpRatio);
        TransformerSizes.ValidateDropPathRate("vision transformer", DropPathRate);
        if (Positions == PositionKind.SineCosine && EmbedDim % 4 != 0)
            throw new ArgumentException($"vision transformer: sine-cosine positions need an embedDim that is a multiple of 4, got {EmbedDim}");
    }

    internal TransformerBlockOptions Block(int index) => new()
    {
        EmbedDim = EmbedDim,
        Heads = Heads,
        MlpRatio = MlpRatio,
        QkvBias = QkvBias,
        LayerScale = LayerScale,
        DropPathRate = TransformerSizes.DropPathRate(DropPathRate, index, Depth),
        Initialization = Initialization,
        LayerNormEpsilon = LayerNormEpsilon,
    };
}
