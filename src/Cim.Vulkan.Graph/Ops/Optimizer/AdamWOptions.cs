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

    /// <summary>Share of the old running average of the weights that a step keeps, in [0, 1]; null for no average.</summary>
    public double? AverageDecay { get; init; }

    internal void Check()
    {
        UpdateChecks.Beta("adamw", nameof(Beta1), Beta1);
        UpdateChecks.Beta("adamw", nameof(Beta2), Beta2);
        UpdateChecks.Positive("adamw", nameof(Epsilon), Epsilon);
        UpdateChecks.NotNegative("adamw", nameof(WeightDecay), WeightDecay);
        UpdateChecks.NotNegative("adamw", nameof(ClipNorm), ClipNorm);
        if (AverageDecay is { } decay && !(decay >= 0.0 && decay <= 1.0)) throw new ArgumentException($"adamw: AverageDecay must lie in [0, 1], got {decay}");
    }
}
