using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>The figures of a demo, written as <c>metrics.json</c>. A figure that could not be measured is null.</summary>
public sealed record DemoMetrics
{
    /// <summary>The tokenizer, on pictures that it was not trained on where there are such.</summary>
    public required DemoTokenizerMetrics Tokenizer { get; init; }

    /// <summary>The generator of the RevDet run.</summary>
    public required DemoGeneratorMetrics Generator { get; init; }

    /// <summary>The RevDet run.</summary>
    public required DemoRevDetMetrics RevDet { get; init; }

    /// <summary>The ResPix run.</summary>
    public required DemoResPixMetrics ResPix { get; init; }

    /// <summary>The probe of the RevDet run's enhancer; null where the pictures have no classes.</summary>
    public DemoProbeMetrics? Probe { get; init; }

    /// <summary>Pictures trained on in a second: the median over the steps of the RevDet run.</summary>
    public double? ImagesPerSecond { get; init; }

    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>The driver's name and version.</summary>
    public required string Driver { get; init; }

    /// <summary>Seconds from the start of the demo to its end; where it was stopped in between, of its last start.</summary>
    public double Seconds { get; init; }
}

/// <summary>How well the tokenizer says pictures: those of the data set's <c>val</c> or <c>test</c> split where there is one.</summary>
/// <param name="PsnrDecibels">Peak signal-to-noise ratio of pictures decoded from their hard tokens.</param>
/// <param name="CodesUsed">Codes that occur.</param>
/// <param name="VocabularySize">Codes that there are.</param>
/// <param name="Pictures">Pictures that were looked at.</param>
/// <param name="HeldOut">Whether it was not trained on them: false where the demo trained it on a folder without such a split.</param>
public sealed record DemoTokenizerMetrics(double? PsnrDecibels, int CodesUsed, int VocabularySize, int Pictures, bool HeldOut);

/// <summary>How well the generator guesses masked tokens.</summary>
/// <param name="MaskedAccuracy">Share of the masked tokens that the most likely guess hits: mean over the last 50 steps of the RevDet run, or all where there are fewer.</param>
/// <param name="ChanceAccuracy">Share of the most frequent token in the pictures of the RevDet run: what the best constant guess hits.</param>
public sealed record DemoGeneratorMetrics(double? MaskedAccuracy, double? ChanceAccuracy);

/// <summary>How well replaced tokens are spotted.</summary>
/// <param name="Auc">Area under the ROC curve: mean over the last 50 steps.</param>
public sealed record DemoRevDetMetrics(double? Auc);

/// <summary>How well pixels are restored.</summary>
/// <param name="LossFirst">L1 + L2 loss: mean over the first 5 steps, while the learning rate still rises from 0.</param>
/// <param name="LossLast">The same over the last 50 steps.</param>
public sealed record DemoResPixMetrics(double? LossFirst, double? LossLast);

/// <summary>What frozen features are worth, as shares of pictures told right.</summary>
/// <param name="PretrainedAccuracy">Linear probe on the pre-trained enhancer.</param>
/// <param name="RandomAccuracy">Linear probe on the same network with its first, random weights.</param>
/// <param name="PretrainedKnnAccuracy">Nearest neighbours by pre-trained features.</param>
/// <param name="RandomKnnAccuracy">Nearest neighbours by features of random weights.</param>
/// <param name="ChanceAccuracy">Share of the most frequent class.</param>
public sealed record DemoProbeMetrics(double PretrainedAccuracy, double RandomAccuracy, double PretrainedKnnAccuracy, double RandomKnnAccuracy, double ChanceAccuracy);

/// <summary>Generated JSON code for a demo's files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DemoMetrics))]
[JsonSerializable(typeof(DemoOptions))]
internal sealed partial class DemoJson : JsonSerializerContext;
