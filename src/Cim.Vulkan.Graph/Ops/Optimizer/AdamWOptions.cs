using System;

namespace Cim.Vulkan.Graph;

/// <summary>Constants of AdamW; the defaults are those of BEiT and CIM.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Share of a decayed weight that is taken off at learning rate 1.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>Largest norm of the gradient; 0 for no clipping.</summary>
    public double ClipNorm { get; init; }

    internal void Check()
    {
        CheckBeta(nameof(Beta1), Beta1);
        CheckBeta(nameof(Beta2), Beta2);
        if (!(Epsilon > 0.0)) throw new ArgumentException($"adamw: Epsilon must be positive, got {Epsilon}");
        if (!(WeightDecay >= 0.0)) throw new ArgumentException($"adamw: WeightDecay must not be negative, got {WeightDecay}");
        if (!(ClipNorm >= 0.0)) throw new ArgumentException($"adamw: ClipNorm must not be negative, got {ClipNorm}");
    }

    private static void CheckBeta(string name, double beta)
    {
        if (!(beta > 0.0 && beta < 1.0)) throw new ArgumentException($"adamw: {name} must lie between 0 and 1, got {beta}");
    }
}
