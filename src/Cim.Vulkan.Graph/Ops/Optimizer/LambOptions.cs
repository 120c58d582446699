namespace Cim.Vulkan.Graph;

/// <summary>Constants of LAMB; the defaults are those of You et al. (2020) and their common implementations.</summary>
public sealed record LambOptions
{
    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Share of a decayed weight that is added to its direction.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Largest norm of the gradient; 0 for no clipping.</summary>
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Whether parameters without weight decay have a trust ratio too.</summary>
    public bool AlwaysAdapt { get; init; }

    internal void Check()
    {
        UpdateChecks.Beta("lamb", nameof(Beta1), Beta1);
        UpdateChecks.Beta("lamb", nameof(Beta2), Beta2);
        UpdateChecks.Positive("lamb", nameof(Epsilon), Epsilon);
        UpdateChecks.NotNegative("lamb", nameof(WeightDecay), WeightDecay);
        UpdateChecks.NotNegative("lamb", nameof(ClipNorm), ClipNorm);
    }
}
