using System;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The generator: the small BEiT that proposes tokens. Vanilla by default: learned positions, no layer scale.</summary>
public sealed record GeneratorOptions
{
    /// <summary>Transformer blocks; the paper's ablation favours a few.</summary>
    public int Depth { get; init; } = 4;

    /// <summary>Values a token.</summary>
    public int Width { get; init; } = 384;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Hidden width of the MLP over <see cref="Width"/>.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Whether a class token is put before the patches.</summary>
    public bool UseClassToken { get; init; } = true;

    /// <summary>Whether learned absolute positions are added.</summary>
    public bool UseAbsolutePositions { get; init; } = true;

    /// <summary>Whether attention has a relative-position bias shared by all blocks, as in BEiT.</summary>
    public bool UseRelativePositions { get; init; }

    /// <summary>Whether the generator is the enhancer's first <see cref="Depth"/> blocks with a head and a mask token of its own, so that both losses train them.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool SharesWeights { get; init; }

    /// <summary>Initial scale of each residual branch, as in BEiT (0.1); 0 for none.</summary>
    public double LayerScale { get; init; }

    /// <summary>First values of the weights.</summary>
    public TransformerInitialization Initialization { get; init; } = TransformerInitialization.Beit;

    internal void Check(OptionChecks checks)
    {
        checks.Require(Enum.IsDefined(Initialization), $"generator initialization {Initialization} is not known");
        TransformerChecks.Check(checks, "generator", Width, Depth, Heads, MlpRatio, LayerScale);
        checks.Require(UseRelativePositions || UseAbsolutePositions, "the generator has neither position embedding nor relative positions: it could not tell masked positions apart");
    }
}
