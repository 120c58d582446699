using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>
/// Training of a discrete VAE (Ramesh et al., "Zero-Shot Text-to-Image Generation", 2021) with schedules scaled to the run and a term
/// that keeps all codes in use. The defaults are for pictures of 32 to 64 pixels.
/// </summary>
public sealed record TokenizerTrainingOptions : RunOptions
{
    /// <summary>The kind under which a run of these options is stored.</summary>
    public const string Kind = "tokenizer";

    /// <summary>The kind of the weights file that the run writes.</summary>
    public const string WeightsKind = "dvae-tokenizer";

    private const int MostGroups = 6;

    /// <summary>Side of the pictures.</summary>
    public int ImageSize { get; init; } = 32;

    /// <summary>Codes; the DALL-E tokenizer has 8192.</summary>
    public int VocabularySize { get; init; } = 256;

    /// <summary>Channels of the first group; the DALL-E tokenizer has 256.</summary>
    public int HiddenWidth { get; init; } = 32;

    /// <summary>Groups of blocks, with a halving between two: a token covers 2^(groups - 1) pixels a side. The DALL-E tokenizer has 4.</summary>
    public int Groups { get; init; } = 3;

    /// <summary>Residual blocks a group.</summary>
    public int BlocksPerGroup { get; init; } = 2;

    /// <summary>
    /// Weight of the KL to the uniform distribution, mean over the grid; Ramesh et al.: 6.6 / 192 = 0.034. Above 0 few codes win, below 0 it rewards
    /// sure choices. A little below 0 is best: at -0.1 neighbouring codes repeat each other, which a generator guesses without looking.
    /// </summary>
    public double KlWeight { get; init; } = -0.02;

    /// <summary>The part of the run over which the KL weight rises from 0; 0 for a constant weight.</summary>
    public double KlRampFraction { get; init; }

    /// <summary>Weight of the entropy of the batch's mean code distribution, without which a small tokenizer falls back to a few codes.</summary>
    public double UsageWeight { get; init; } = 0.3;

    /// <summary>
    /// Weight of the entropy of the batch's mean code distribution at each place, without which codes come to stand for places instead of what is
    /// seen there.
    /// </summary>
    public double PlaceUsageWeight { get; init; } = 0.2;

    /// <summary>Gumbel-softmax temperature at the start.</summary>
    public double StartTemperature { get; init; } = 1;

    /// <summary>Gumbel-softmax temperature after the ramp.</summary>
    public double EndTemperature { get; init; } = 1.0 / 16;

    /// <summary>The part of the run over which the temperature falls.</summary>
    public double TemperatureRampFraction { get; init; } = 0.7;

    /// <summary>AdamW and its schedule.</summary>
    public OptimizerOptions Optimizer { get; init; } = new() { LearningRate = 3e-3, MinimumLearningRate = 0, WarmupFraction = 0.05, WeightDecay = 1e-4 };

    /// <summary>Largest gradient norm; 0 for no clipping.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>
    /// Decay of the average of the weights that is saved; 0 saves the weights themselves, which the falling learning rate has calmed: in a short
    /// run an average lags behind by decibels. Ramesh et al., over three million steps: 0.999.
    /// </summary>
    public double EmaDecay { get; init; }

    /// <summary>Pixels a token covers along a side.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int TokenSize => 1 << (Groups - 1);

    /// <summary>The temperature's course over a run.</summary>
    public CosineRamp TemperatureSchedule(long totalSteps) => CosineRamp.Temperature(totalSteps, TemperatureRampFraction, StartTemperature, EndTemperature);

    /// <summary>The KL weight's course over a run.</summary>
    public CosineRamp KlWeightSchedule(long totalSteps) => CosineRamp.KlWeight(KlWeight, totalSteps, KlRampFraction);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Validate()
    {
        var checks = new OptionChecks();
        CheckRun(checks);
        checks.AtLeast("--image-size", ImageSize, 1);
        checks.Require(Accumulate == 1, $"accumulate is {Accumulate}, but tokenizer training takes whole batches: leave it at 1 and give another --batch");
        checks.AtLeast("--vocabulary", VocabularySize, 2);
        checks.AtLeast("--width", HiddenWidth, 4);
        checks.Divides("what the blocks need,", 4, "--width", HiddenWidth);
        checks.Within("--groups", Groups, 1, MostGroups);
        checks.AtLeast("blocks per group", BlocksPerGroup, 1);
        if (Groups is >= 1 and <= MostGroups)
            checks.Require(ImageSize % TokenSize == 0, $"--image-size {ImageSize} is not a multiple of the {TokenSize} pixels that a token covers with --groups {Groups}: give --image-size {Math.Max(1, (ImageSize + (TokenSize / 2)) / TokenSize) * TokenSize}");
        checks.Require(double.IsFinite(KlWeight), $"KL weight {KlWeight} is not a number");
        checks.Within("KL ramp fraction", KlRampFraction, 0, 1);
        checks.NotNegative("usage weight", UsageWeight);
        checks.NotNegative("place usage weight", PlaceUsageWeight);
        checks.Positive("start temperature", StartTemperature);
        checks.Positive("end temperature", EndTemperature);
        checks.Within("temperature ramp fraction", TemperatureRampFraction, 0, 1);
        Optimizer.Check(checks);
        checks.Require(Optimizer.Kind == OptimizerKind.AdamW, $"a tokenizer is trained by AdamW, not by optimizer.kind={Optimizer.Kind}");
        checks.NotNegative("clip norm", ClipNorm);
        checks.Require(EmaDecay is >= 0 and < 1, $"EMA decay is {EmaDecay}, must be at least 0 and below 1");
        return checks.Problems;
    }
}
