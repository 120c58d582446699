using System;
using System.Collections.Generic;
using System.Globalization;

namespace Cim.Vulkan.Training;

/// <summary>A demo's end in a few friendly lines.</summary>
public static class DemoSummary
{
    /// <summary>The lines of an outcome.</summary>
    /// <param name="outcome">How the demo ended.</param>
    public static IEnumerable<string> Lines(DemoOutcome outcome)
    {
        if (outcome.Metrics is not { } metrics)
        {
            yield return $"stopped; what was done is in {outcome.Folder}, and the same command goes on from there";
            yield break;
        }
        yield return "";
        yield return outcome.WasFinished ? "This demo was finished before; delete its folder or give another --out to run it anew." : Invariant($"Done in {ProgressLine.Duration(TimeSpan.FromSeconds(metrics.Seconds))}.");
        foreach ((string name, string value) in Rows(metrics)) yield return $"  {name,-10} {value}";
        yield return "";
        yield return $"See it:   open {outcome.ReportPath} in a browser";
        yield return $"Figures:  {outcome.MetricsPath}";
        yield return "Next:     cim demo --data YOUR_PICTURES --out cim-mine, or cim pretrain --help";
    }

    /// <summary>The figures in words, a name and a sentence each.</summary>
    internal static IEnumerable<(string Name, string Value)> Rows(DemoMetrics metrics)
    {
        yield return ("tokenizer", Invariant($"{metrics.Tokenizer.PsnrDecibels:F1} dB, {metrics.Tokenizer.CodesUsed} of {metrics.Tokenizer.VocabularySize} codes in use, on {metrics.Tokenizer.Pictures} pictures it was {(metrics.Tokenizer.HeldOut ? "not " : "")}trained on"));
        yield return ("generator", Invariant($"guesses {100 * metrics.Generator.MaskedAccuracy:F1} % of the hidden patches, {metrics.Generator.MaskedAccuracy / metrics.Generator.ChanceAccuracy:F0} times chance"));
        yield return ("RevDet", Invariant($"spots replaced patches with an AUC of {metrics.RevDet.Auc:F2} (0.5 is guessing, 1 is perfect)"));
        yield return ("ResPix", Invariant($"loss of the restored pixels {metrics.ResPix.LossFirst:F2} -> {metrics.ResPix.LossLast:F2} ({100 * (metrics.ResPix.LossLast / metrics.ResPix.LossFirst - 1):+0.0;-0.0} %)"));
        yield return ("probe", metrics.Probe is { } probe
            ? Invariant($"{100 * probe.PretrainedAccuracy:F0} % of classes right by frozen features, {100 * probe.RandomAccuracy:F0} % before training, {100 * probe.ChanceAccuracy:F0} % by chance")
            : "none: the pictures have no classes");
        yield return ("speed", Invariant($"{metrics.ImagesPerSecond:F0} pictures a second on {metrics.Device}"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
