using System;

namespace Cim.Vulkan.Training;

/// <summary>How weights follow gradients.</summary>
public enum OptimizerKind
{
    /// <summary>AdamW (Loshchilov and Hutter 2019).</summary>
    AdamW,

    /// <summary>LAMB, for large batches (You et al. 2020).</summary>
    Lamb,

    /// <summary>Gradient descent with momentum; weight decay is part of the gradient.</summary>
    Sgd,
}

/// <summary>The optimizer with warm-up and cosine. The defaults are those of BEiT and CIM.</summary>
public sealed record OptimizerOptions
{
    /// <summary>How weights follow gradients.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public OptimizerKind Kind { get; init; }

    /// <summary>The learning rate after warm-up: as it is, or for <see cref="ReferenceBatch"/> pictures.</summary>
    public double LearningRate { get; init; } = 1.5e-3;

    /// <summary>The learning rate at the end.</summary>
    public double MinimumLearningRate { get; init; } = 1e-5;

    /// <summary>
    /// Pictures of a step that the learning rates are for; a step of more or fewer, micro-batches counted together, has proportionally higher or lower ones
    /// (Goyal et al. 2017). Null: they are as they are.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public int? ReferenceBatch { get; init; }

    /// <summary>Steps of warm-up; null takes <see cref="WarmupFraction"/>.</summary>
    public long? WarmupSteps { get; init; }

    /// <summary>Warm-up as a part of the run where <see cref="WarmupSteps"/> is null: 10 of 300 epochs.</summary>
    public double WarmupFraction { get; init; } = 10.0 / 300;

    /// <summary>Decay of the first moment; the momentum of <see cref="OptimizerKind.Sgd"/>.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment; BEiT's 0.999, where others take 0.98 or 0.95.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay; parameters of one dimension, class token and position embedding are exempt.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>The schedule of a run.</summary>
    /// <param name="totalSteps">Its steps.</param>
    /// <param name="imagesPerStep">Pictures of a step, micro-batches counted together.</param>
    public CosineSchedule Schedule(long totalSteps, int imagesPerStep)
    {
        double scale = ScaleFor(imagesPerStep);
        return new(scale * LearningRate, scale * MinimumLearningRate, Math.Min(totalSteps, WarmupSteps ?? (long)Math.Round(totalSteps * WarmupFraction)), totalSteps);
    }

    /// <summary>One line about a learning rate that is scaled by the batch; null where it is as it was given.</summary>
    /// <param name="imagesPerStep">Pictures of a step.</param>
    internal string? ScalingNote(int imagesPerStep) => ReferenceBatch is { } reference
        ? FormattableString.Invariant($"learning rate {ScaleFor(imagesPerStep) * LearningRate:G3}: {LearningRate:G3} x {imagesPerStep} / {reference}, by the pictures of a step")
        : null;

    private double ScaleFor(int imagesPerStep) => ReferenceBatch is { } reference ? (double)imagesPerStep / reference : 1;

    internal void Check(OptionChecks checks)
    {
        checks.Require(Enum.IsDefined(Kind), $"optimizer {Kind} is not known: AdamW, Lamb or Sgd");
        checks.Positive("--learning-rate", LearningRate);
        if (LearningRate > 0) checks.Within("optimizer.minimumLearningRate", MinimumLearningRate, 0, LearningRate);
        if (ReferenceBatch is int reference) checks.AtLeast("optimizer.referenceBatch", reference, 1);
        if (WarmupSteps is long steps) checks.AtLeast("optimizer.warmupSteps", steps, 0);
        checks.Within("optimizer.warmupFraction", WarmupFraction, 0, 1);
        checks.Require(Beta1 is >= 0 and < 1, $"optimizer.beta1 is {Beta1}, must be at least 0 and below 1");
        checks.Require(Beta2 is >= 0 and < 1, $"optimizer.beta2 is {Beta2}, must be at least 0 and below 1");
        checks.Positive("optimizer.epsilon", Epsilon);
        checks.NotNegative("optimizer.weightDecay", WeightDecay);
    }
}
