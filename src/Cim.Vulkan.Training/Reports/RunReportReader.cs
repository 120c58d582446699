using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Reads a run's folder without touching it: another process may be training into it.</summary>
public static class RunReportReader
{
    private const string IdentityFile = "run.json", QualityFile = "quality.json";

    // A step of a large model on a slow device takes minutes; who has written nothing for longer is not running any more.
    private static readonly TimeSpan s_silence = TimeSpan.FromMinutes(5);

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="clock">The seam for the clock.</param>
    /// <exception cref="OptionsException">There is no such folder, or it holds no run.</exception>
    public static RunReport Read(string path, TimeProvider? clock = null)
    {
        string folder = CheckFolder(path);
        var notices = new List<string>();
        RunIdentity? identity = Json(Path.Combine(folder, IdentityFile), Identity, notices);
        if (identity is null && notices.Count == 0) notices.Add($"{IdentityFile} is missing: what was trained, and with which options, is not known.");
        string metricsPath = Path.Combine(folder, MetricsFile.Name);
        MetricsHistory? metrics = File.Exists(metricsPath) ? MetricsHistory.Read(metricsPath) : null;
        if (metrics?.DamagedLines > 0) notices.Add($"{metrics.DamagedLines} lines of {MetricsFile.Name} could not be read and are left out.");
        foreach (MetricSeries series in metrics?.Series.Where(series => series.NotFinite > 0) ?? []) notices.Add($"{series.Name} was not a finite number at {series.NotFinite} steps.");
        if (File.Exists(Path.Combine(folder, CodeCounts.FileName)) && CodeCounts.Read(folder) is null) notices.Add($"{CodeCounts.FileName} is damaged and left out.");

        var report = new RunReport
        {
            Name = Path.GetFileName(folder),
            Kind = identity?.Kind ?? "",
            Options = identity?.Options ?? default,
            Device = Json(Path.Combine(folder, RunDevice.FileName), bytes => JsonSerializer.Deserialize(bytes, ReportJson.Default.RunDevice), notices),
            Steps = metrics?.LastStep ?? 0,
            LastWritten = metrics is null ? null : File.GetLastWriteTimeUtc(metricsPath),
            Series = metrics?.Series ?? [],
            Grids = RunPictures.Grids(folder),
            Corruptions = RunPictures.Corruptions(folder),
            Codes = CodeCounts.Read(folder),
            Quality = Json(Path.Combine(folder, QualityFile), Numbers, notices) ?? new Dictionary<string, double>(),
            Notices = notices,
        };
        report = report with { TotalSteps = TotalStepsOf(report) };
        return report with { State = StateOf(report, (clock ?? TimeProvider.System).GetUtcNow().UtcDateTime) };
    }

    private static string CheckFolder(string path)
    {
        if (path.Length == 0 || !Directory.Exists(path)) throw new OptionsException($"there is no folder '{path}': give the folder of a run, the one that was its --out");
        string folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!File.Exists(Path.Combine(folder, IdentityFile)) && !File.Exists(Path.Combine(folder, MetricsFile.Name)))
            throw new OptionsException($"'{path}' holds no run, neither {IdentityFile} nor {MetricsFile.Name} is there: give the folder that was a run's --out");
        return folder;
    }

    private static T? Json<T>(string path, Func<byte[], T?> read, List<string> notices)
        where T : class
    {
        if (!File.Exists(path)) return null;
        try
        {
            if (read(File.ReadAllBytes(path)) is { } value) return value;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Said below: a report shows what can be read. The second is text that is half a character.
        }
        notices.Add($"{Path.GetFileName(path)} is damaged and left out.");
        return null;
    }

    private static RunIdentity? Identity(byte[] json)
    {
        RunIdentity? identity = JsonSerializer.Deserialize(json, CheckpointJson.Default.RunIdentity);
        // Text is decoded only when asked for; what cannot be is to be known now.
        if (identity is not null) _ = RunText.OptionRows(identity.Options);
        return identity?.Kind is null ? null : identity;
    }

    private static Dictionary<string, double> Numbers(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("not an object");
        return document.RootElement.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Number)
            .GroupBy(property => property.Name).ToDictionary(group => group.Key, group => group.Last().Value.GetDouble());
    }

    // Given, or from the epochs: the newest line tells how many steps an epoch has.
    private static long? TotalStepsOf(RunReport report)
    {
        if (long.TryParse(report.Option("steps"), NumberStyles.None, CultureInfo.InvariantCulture, out long steps)) return steps;
        if (!double.TryParse(report.Option("epochs"), CultureInfo.InvariantCulture, out double epochs)) return null;
        if (report.Find("epoch")?.Points[^1] is not { Step: > 0, Value: > 0 } newest) return null;
        return (long)Math.Ceiling(Math.Min(epochs * newest.Step / newest.Value, long.MaxValue / 2));
    }

    private static RunState StateOf(RunReport report, DateTime now)
    {
        if (report.Steps >= report.TotalSteps) return RunState.Finished;
        return report.LastWritten is { } written && now - written > s_silence ? RunState.Stopped : RunState.Running;
    }
}
