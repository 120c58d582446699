using System;
using System.Collections.Generic;
using System.Globalization;

namespace Cim.Vulkan.Training;

/// <summary>What pre-training did to an enhancer's frozen features, against the same network before training.</summary>
public sealed record ProbeReport
{
    /// <summary>Where the pre-trained weights are.</summary>
    public required string Enhancer { get; init; }

    /// <summary>Steps of training behind them; null where the file does not say.</summary>
    public long? Step { get; init; }

    /// <summary>Share of the measured pictures that a linear probe on the pre-trained features tells right.</summary>
    public required double PretrainedAccuracy { get; init; }

    /// <summary>The same for random first weights.</summary>
    public required double RandomAccuracy { get; init; }

    /// <summary>Share of the measured pictures that the nearest neighbours by pre-trained features tell right.</summary>
    public required double PretrainedKnnAccuracy { get; init; }

    /// <summary>The same for random first weights.</summary>
    public required double RandomKnnAccuracy { get; init; }

    /// <summary>Share of the most frequent class among the measured pictures: what a constant guess could hit.</summary>
    public required double ChanceAccuracy { get; init; }

    /// <summary>The linear probe's penalty on pre-trained features.</summary>
    public required double PretrainedStrength { get; init; }

    /// <summary>The linear probe's penalty on features of random weights.</summary>
    public required double RandomStrength { get; init; }

    /// <summary>Features of a picture.</summary>
    public required int Width { get; init; }

    /// <summary>Number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Pictures learned from.</summary>
    public required int TrainingPictures { get; init; }

    /// <summary>Pictures measured on.</summary>
    public required int MeasuredPictures { get; init; }

    /// <summary>Time of it all.</summary>
    public required double Seconds { get; init; }

    /// <summary>By how much an accuracy swings with the choice of the measured pictures: one standard error, as a share.</summary>
    public double StandardError => Math.Sqrt(PretrainedAccuracy * (1 - PretrainedAccuracy) / MeasuredPictures);

    /// <summary>The report as a small table.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Row("accuracy", "pre-trained", "random weights", "difference");
        yield return Row("linear probe", PretrainedAccuracy, RandomAccuracy);
        yield return Row("20 nearest neighbours", PretrainedKnnAccuracy, RandomKnnAccuracy);
        yield return Row("chance", Percent(ChanceAccuracy), Percent(ChanceAccuracy), "");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{Classes} classes, {Width} frozen features; learned from {TrainingPictures} pictures, measured on {MeasuredPictures} others (standard error {100 * StandardError:F1} points); {Seconds:F0} s");
    }

    private static string Row(string name, double pretrained, double random) =>
        Row(name, Percent(pretrained), Percent(random), string.Create(CultureInfo.InvariantCulture, $"{100 * (pretrained - random):+0.0;-0.0;0.0} points"));

    private static string Row(string name, string pretrained, string random, string difference) => $"{name,-22}{pretrained,12}{random,16}{difference,14}".TrimEnd();

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");
}
