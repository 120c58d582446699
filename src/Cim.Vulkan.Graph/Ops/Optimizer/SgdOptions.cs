namespace Cim.Vulkan.Graph;

/// <summary>Constants of stochastic gradient descent; the defaults are those of ImageNet training.</summary>
public sealed record SgdOptions
{
    /// <summary>Share of the momentum that a step keeps, below 1; 0 for plain descent.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Whether the step looks ahead along the momentum (Sutskever et al., 2013).</summary>
    public bool IsNesterov { get; init; }

    /// <summary>Share of a decayed weight that is added to its gradient.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Largest norm of the gradient; 0 for no clipping.</summary>
    public double ClipNorm { get; init; }

    internal void Check()
    {
        UpdateChecks.NotNegative("sgd", nameof(Momentum), Momentum);
        if (Momentum >= 1.0) throw new System.ArgumentException($"sgd: Momentum must be below 1, got {Momentum}");
        if (IsNesterov && Momentum == 0.0) throw new System.ArgumentException("sgd: IsNesterov needs a Momentum above 0, got 0");
        UpdateChecks.NotNegative("sgd", nameof(WeightDecay), WeightDecay);
        UpdateChecks.NotNegative("sgd", nameof(ClipNorm), ClipNorm);
    }
}
