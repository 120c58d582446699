using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>A run in words.</summary>
internal static class RunText
{
    private const double Gibibyte = 1 << 30;

    /// <summary>What was trained and in which folder.</summary>
    public static string Title(RunReport run) => run.Kind switch
    {
        CimPretrainOptions.Kind => $"{run.Words.Name} pre-training: {run.Name}",
        TokenizerTrainingOptions.Kind => $"Tokenizer training: {run.Name}",
        _ => $"Run {run.Name}",
    };

    /// <summary>What the training does, for a reader who has never heard of it.</summary>
    public static string Explanation(RunReport run) => run.Kind switch
    {
        TokenizerTrainingOptions.Kind => "A tokenizer learns to write a picture as a few words, one of a fixed vocabulary a patch, and to draw the picture again from them. Corrupted Image Modeling needs it to speak about patches, and to paint wrong ones.",
        CimPretrainOptions.Kind => run.Words.Explanation,
        _ => "What was trained is not known; below is what the folder holds.",
    };

    /// <summary>Sizes of what was trained.</summary>
    public static string Sizes(RunReport run) => run.Kind switch
    {
        CimPretrainOptions.Kind =>
            $"Encoder: {Encoder(run)}. {Generator(run)}Pictures of {run.Option("imageSize")} pixels in patches of {run.Option("patchSize")}; batch {run.Option("batch")}{Accumulated(run)}.",
        TokenizerTrainingOptions.Kind =>
            $"Vocabulary of {run.Option("vocabularySize")} codes, {run.Option("groups")} groups of width {run.Option("hiddenWidth")}. Pictures of {run.Option("imageSize")} pixels; batch {run.Option("batch")}{Accumulated(run)}.",
        _ => "",
    };

    /// <summary>How far the run is.</summary>
    public static string Progress(RunReport run) => run.TotalSteps is { } total ? $"{run.Steps:N0} of {total:N0} steps" : $"{run.Steps:N0} steps";

    /// <summary>The device in one line.</summary>
    public static string Device(RunReport run) => run.Device is { } device ? $"Trained on {device.Name}, {device.Driver} {device.DriverInfo}." : "The device was not recorded.";

    /// <summary>The device in rows.</summary>
    public static IReadOnlyList<(string Name, string Value)> DeviceRows(RunDevice device) =>
    [
        ("Device", device.Name), ("Kind", device.Type), ("Driver", $"{device.Driver} {device.DriverInfo}".Trim()), ("Vulkan", device.ApiVersion),
        ("Memory", FormattableString.Invariant($"{device.MemoryBytes / Gibibyte:F1} GiB")),
    ];

    /// <summary>The numbers to look at first, with what they are.</summary>
    public static IEnumerable<(string Value, string Name)> KeyNumbers(RunReport run)
    {
        if (run.Quality.TryGetValue("psnrDecibels", out double psnr)) yield return (FormattableString.Invariant($"{psnr:F1} dB"), "decoded from hard tokens (PSNR)");
        if (run.Kind == TokenizerTrainingOptions.Kind && run.Codes is { Total: > 0 } codes) yield return ($"{codes.UsedCodes} of {codes.Counts.Count}", "codes in use");
        if (run.Find("auc") is { } area) yield return (ProgressLine.Number(area.Recent), "RevDet area under the curve");
        if (run.Find("l1Loss") is not null && run.Find("enhancerLoss") is { Points.Count: > 1 } restoration) yield return ($"{(restoration.Recent / restoration.Points[0].Value - 1) * 100:+0.0;−0.0} %", $"{run.Words.Name} loss since its first step");
        if (run.Find("maskedAccuracy") is { } accuracy) yield return ($"{accuracy.Recent * 100:0.0} %", "masked tokens guessed right" + Chance(run, accuracy.Recent));
        if (run.Find("probeAccuracy") is { } probe) yield return ($"{probe.Last * 100:0.0} %", "linear probe");
        if (run.Find("knnAccuracy") is { } neighbours) yield return ($"{neighbours.Last * 100:0.0} %", "nearest neighbours");
        if (Speed(run) is > 0 and var speed) yield return ($"{ProgressLine.Number(speed)}/s", "pictures trained on");
        if (TrainingTime(run) is { } time) yield return ($"≈ {ProgressLine.Duration(time)}", time.TotalHours >= 1 ? "hours:minutes:seconds of training" : "minutes:seconds of training");
    }

    /// <summary>The effective options by full name, as <c>--set</c> takes them.</summary>
    public static IReadOnlyList<(string Name, string Value)> OptionRows(JsonElement options)
    {
        var rows = new List<(string, string)>();
        if (options.ValueKind == JsonValueKind.Object) AddRows("", options, rows);
        return rows;
    }

    private static void AddRows(string prefix, JsonElement element, List<(string, string)> rows)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = prefix + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object) AddRows(name + ".", property.Value, rows);
            else rows.Add((name, property.Value.ValueKind == JsonValueKind.Null ? "–" : property.Value.ToString()));
        }
    }

    private static string Encoder(RunReport run) => run.Option("enhancer", "convolutional", "layers") is { Length: > 0 } layers
        ? $"ResNet-{layers}, {run.Option("enhancer", "convolutional", "width")} wide"
        : $"{run.Option("enhancer", "depth")} blocks of width {run.Option("enhancer", "width")} with {run.Option("enhancer", "heads")} heads";

    private static string Generator(RunReport run) => !run.Method.HasGenerator ? ""
        : run.Option("generator", "sharesWeights") == bool.TrueString ? $"Generator: its first {run.Option("generator", "depth")} blocks. "
        : $"Generator: {run.Option("generator", "depth")} blocks of width {run.Option("generator", "width")}. ";

    private static string Accumulated(RunReport run) => run.Option("accumulate") is "" or "1" ? "" : $" times {run.Option("accumulate")}";

    private static string Chance(RunReport run, double accuracy) =>
        run.Codes is { Total: > 0 } codes ? FormattableString.Invariant($", {accuracy / codes.MostFrequentShare:0.0} times chance") : "";

    // Slow is the mean of the times, not of the speeds: a second at 10 images/s and one at 100 make 55, but 10 and 100 images do not take as long.
    private static double Speed(RunReport run)
    {
        if (run.Find("imagesPerSecond") is not { } series) return 0;
        double slowness = 0;
        int count = 0;
        foreach ((_, double value) in series.Points)
        {
            if (value <= 0) continue;
            slowness += 1 / value;
            count++;
        }
        return count == 0 ? 0 : count / slowness;
    }

    private static TimeSpan? TrainingTime(RunReport run)
    {
        if (!int.TryParse(run.Option("batch"), NumberStyles.None, CultureInfo.InvariantCulture, out int batch) || Speed(run) is not (> 0 and var speed)) return null;
        int passes = int.TryParse(run.Option("accumulate"), NumberStyles.None, CultureInfo.InvariantCulture, out int accumulate) ? accumulate : 1;
        double seconds = (double)run.Steps * batch * passes / speed;
        return seconds < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(seconds) : null;
    }
}
