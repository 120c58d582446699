using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>Which charts a run has and what each means. A series that no chart knows gets one of its own, so that nothing measured stays unseen.</summary>
internal static class ChartCatalog
{
    private const double Percent = 100;

    /// <summary>The charts of a run, the most telling first.</summary>
    public static IReadOnlyList<Chart> Of(RunReport run)
    {
        Chart?[] known = run.Kind == TokenizerTrainingOptions.Kind ? [.. TokenizerCharts(run), .. SharedCharts(run)] : [.. CimCharts(run), .. SharedCharts(run)];
        Chart[] charts = known.OfType<Chart>().ToArray();
        var drawn = charts.SelectMany(chart => chart.Lines).Select(line => line.Series.Name).ToHashSet(StringComparer.Ordinal);
        IEnumerable<Chart> unknown = run.Series.Where(series => series.Points.Count > 0 && !drawn.Contains(series.Name))
            .Select(series => new Chart(series.Name, "", $"The number {series.Name} of metrics.jsonl.", [new ChartLine(series.Name, series)]) { IsMinor = true });
        return [.. charts, .. unknown];
    }

    private static IEnumerable<Chart?> CimCharts(RunReport run)
    {
        double guess = run.Codes is { Total: > 0 } codes ? codes.MostFrequentShare : double.NaN;
        int vocabulary = run.Codes?.Counts.Count ?? 0;
        yield return Single(run, "generatorLoss", "Generator loss", "nats",
            "How surprised the generator, a small BEiT, is by the true token of a masked patch. Lower is better; a quick fall and then a slow one is normal.") is { } loss
            ? loss with { Level = vocabulary > 0 ? new ChartLevel(Math.Log(vocabulary), $"guessing: ln {vocabulary}") : null } : null;
        yield return Single(run, "maskedAccuracy", "Masked-token accuracy", "%",
            "How often the first guess for a masked patch is exactly the true token. Several times what the most frequent token alone would hit is good; 100 % is neither possible nor wanted.", Percent) is { } accuracy
            ? accuracy with { Level = double.IsNaN(guess) ? null : new ChartLevel(guess * Percent, "most frequent token") } : null;
        yield return Single(run, "auc", "RevDet: area under the ROC curve", "",
            "The chance that the encoder finds a replaced patch more suspicious than an untouched one: 0.5 is guessing, 1 is never wrong. From 0.7 on it has learned to look; it may dip while the generator learns to fool it.") is { } area
            ? area with { Level = new ChartLevel(0.5, "guessing") } : null;
        yield return EnhancerLoss(run);
        yield return Pair(run, "Probe accuracy", "%", "How well the encoder's frozen features tell the classes apart, by a linear classifier and by the nearest neighbours. This is what pre-training is for: higher is better.",
            ("probeAccuracy", "linear probe"), ("knnAccuracy", "nearest neighbours")) is { } probe ? probe with { Scale = Percent } : null;
        yield return Single(run, "replacedShare", "Replaced patches", "%",
            "How many patches of a picture really differ from the original: a sample that hits the true token counts as untouched. It falls a little as the generator improves.", Percent) is { } replaced ? replaced with { IsMinor = true } : null;
        yield return Pair(run, "Gradient norms", "", "How long each network's gradient is before clipping. A calm band is good; a line that climbs without end asks for a lower learning rate.",
            ("generatorGradientNorm", "generator"), ("enhancerGradientNorm", "encoder")) is { } norms ? norms with { IsLogarithmic = true } : null;
    }

    private static Chart? EnhancerLoss(RunReport run)
    {
        MethodWords words = run.Words;
        Chart? chart = run.Find("l1Loss") is null
            ? Single(run, "enhancerLoss", words.LossTitle, words.LossUnit, words.LossMeaning)
            : Pair(run, words.LossTitle, words.LossUnit, words.LossMeaning, ("enhancerLoss", "sum"), ("l1Loss", "L1"), ("l2Loss", "L2"));
        return chart is null ? null : chart with { Level = words.LossLevel };
    }

    private static IEnumerable<Chart?> TokenizerCharts(RunReport run)
    {
        double vocabulary = double.TryParse(run.Option("vocabularySize"), CultureInfo.InvariantCulture, out double size) ? size : double.NaN;
        yield return Single(run, "likelihood", "Reconstruction", "nats a value", "How badly the decoded picture explains the original's pixels (negative log-likelihood). Lower is better, below zero is normal.");
        yield return Single(run, "usageEntropy", "Use of the codes", "nats", "How evenly a batch uses the vocabulary. High is good; a fall towards zero would mean that a few codes do all the work.") is { } usage
            ? usage with { Level = double.IsNaN(vocabulary) ? null : new ChartLevel(Math.Log(vocabulary), $"all alike: ln {vocabulary}") } : null;
        yield return Single(run, "divergence", "Certainty of the codes", "nats", "How far each patch's choice is from “any code” (Kullback-Leibler divergence). It rises as the choices become sure; ln of the vocabulary's size is quite sure.");
        yield return Single(run, "loss", "Loss", "nats a value", "What is minimised: the reconstruction with its small terms for certainty and use of the codes. Lower is better.");
        yield return Single(run, "temperature", "Temperature", "", "How softly codes are mixed while training. It falls on a schedule, so that at the end one code a patch is enough.");
        yield return Single(run, "gradientNorm", "Gradient norm", "", "How long the gradient is before clipping. A calm band is good; a line that climbs without end asks for a lower learning rate.");
    }

    private static IEnumerable<Chart?> SharedCharts(RunReport run)
    {
        yield return Single(run, "learningRate", "Learning rate", "", "How large the optimizer's steps are. It is not learned: it rises during warm-up and falls along a cosine.");
        yield return Single(run, "imagesPerSecond", "Speed", "images/s", "Pictures trained on in a second. Flat is good; a dip means that something else used the machine.", withoutPauses: true);
        yield return Single(run, "deviceShare", "Device share", "%", "How much of the time the device was busy with the run. Near 100 % is good; much less means that it waits for pictures.", Percent, withoutPauses: true);
        yield return Minor(run, "deviceMilliseconds", "Device time of a step", "ms", "How long the device works on one step.");
        yield return Minor(run, "skippedSteps", "Skipped steps", "steps", "Steps left out because a number in them was not finite. Zero is good, a few do no harm.");
        yield return Minor(run, "epoch", "Epochs", "epochs", "How often the whole data has been seen.");
    }

    private static Chart? Minor(RunReport run, string name, string title, string unit, string meaning) =>
        Single(run, name, title, unit, meaning) is { } chart ? chart with { IsMinor = true } : null;

    private static Chart? Single(RunReport run, string name, string title, string unit, string meaning, double scale = 1, bool withoutPauses = false)
    {
        if (run.Find(name) is not { } series) return null;
        return new Chart(title, unit, meaning, [new ChartLine(title, withoutPauses ? WithoutPauses(series) : series)]) { Scale = scale };
    }

    // Right after a pause the pace is taken over next to no time: zero stands for one that is not known yet, many times the usual for one that is none.
    private static MetricSeries WithoutPauses(MetricSeries series)
    {
        const double Absurd = 10;
        double[] sorted = series.Points.Select(point => point.Value).Where(value => value > 0).Order().ToArray();
        if (sorted.Length == 0) return series;
        double most = Absurd * sorted[sorted.Length / 2];
        return series with { Points = series.Points.Where(point => point.Value > 0 && point.Value <= most).ToArray() };
    }

    private static Chart? Pair(RunReport run, string title, string unit, string meaning, params ReadOnlySpan<(string Name, string Label)> lines)
    {
        var found = new List<ChartLine>();
        foreach ((string name, string label) in lines)
            if (run.Find(name) is { } series) found.Add(new ChartLine(label, series));
        return found.Count == 0 ? null : new Chart(title, unit, meaning, found);
    }
}
