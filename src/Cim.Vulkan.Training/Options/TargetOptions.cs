using System;

namespace Cim.Vulkan.Training;

/// <summary>How ResPix targets are normalised.</summary>
public enum TargetNormalization
{
    /// <summary>Each pixel by mean and deviation of the window around it: CIM's choice.</summary>
    SlidingWindow,

    /// <summary>Each patch by its own mean and deviation, as in MAE.</summary>
    Patch,

    /// <summary>Raw pixels.</summary>
    None,
}

/// <summary>The target and loss of ResPix.</summary>
public sealed record TargetOptions
{
    /// <summary>How the target is normalised.</summary>
    public TargetNormalization Normalization { get; init; } = TargetNormalization.SlidingWindow;

    /// <summary>Side of the sliding window in pixels.</summary>
    public int Window { get; init; } = 8;

    /// <summary>Whether red, green and blue share one mean and deviation.</summary>
    public bool Pooled { get; init; }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <summary>Weight of the mean absolute difference.</summary>
    public double L1Weight { get; init; } = 1;

    /// <summary>Weight of the mean squared difference.</summary>
    public double L2Weight { get; init; } = 1;

    internal void Check(OptionChecks checks, int imageSize)
    {
        checks.Require(Enum.IsDefined(Normalization), $"target normalisation {Normalization} is not known");
        checks.Require(Window >= 2 && Window <= imageSize, $"target window {Window} must lie within 2 and the image size {imageSize}");
        checks.Positive("target epsilon", Epsilon);
        checks.NotNegative("L1 weight", L1Weight);
        checks.NotNegative("L2 weight", L2Weight);
        checks.Require(L1Weight + L2Weight > 0, "L1 and L2 weight are both 0: nothing would be learned");
    }
}
