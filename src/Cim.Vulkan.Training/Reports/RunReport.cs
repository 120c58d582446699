using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>All steps are done.</summary>
    Finished,

    /// <summary>It wrote something a short while ago.</summary>
    Running,

    /// <summary>It was stopped before its end.</summary>
    Stopped,
}

/// <summary>All that a run's folder says, running or finished, whole or damaged.</summary>
public sealed record RunReport
{
    /// <summary>The folder's name.</summary>
    public required string Name { get; init; }

    /// <summary>What was trained: <see cref="CimPretrainOptions.Kind"/>, <see cref="TokenizerTrainingOptions.Kind"/>; empty where <c>run.json</c> cannot be read.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The effective options as stored; undefined where <c>run.json</c> cannot be read.</summary>
    public JsonElement Options { get; init; }

    /// <summary>What the run was last started on; null for folders from before this was kept.</summary>
    public RunDevice? Device { get; init; }

    /// <summary>Where the run stands.</summary>
    public RunState State { get; init; }

    /// <summary>Steps done, as far as the metrics tell.</summary>
    public long Steps { get; init; }

    /// <summary>Steps of the whole run; null where that is not known.</summary>
    public long? TotalSteps { get; init; }

    /// <summary>When the run last wrote metrics, in UTC; null before the first line.</summary>
    public DateTime? LastWritten { get; init; }

    /// <summary>The numbers, in the order of <c>metrics.jsonl</c>.</summary>
    public IReadOnlyList<MetricSeries> Series { get; init; } = [];

    /// <summary>The picture grids, by step.</summary>
    public IReadOnlyList<RunPicture> Grids { get; init; } = [];

    /// <summary>Corruptions of one picture, by step.</summary>
    public IReadOnlyList<RunPicture> Corruptions { get; init; } = [];

    /// <summary>How often each code occurred; null where that was not counted.</summary>
    public CodeCounts? Codes { get; init; }

    /// <summary>Numbers of <c>quality.json</c> by name; empty where there is none.</summary>
    public IReadOnlyDictionary<string, double> Quality { get; init; } = new Dictionary<string, double>();

    /// <summary>What was missing or damaged, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Whether a CIM run learns to restore pixels.</summary>
    public bool IsResPix => Method.Kind == PretrainMethodKind.Cim && Option("objective") == nameof(CimObjective.ResPix);

    /// <summary>How a pre-training run trains; CIM where it does not say.</summary>
    public PretrainMethod Method => PretrainMethod.Of(Enum.TryParse(Option("method"), out PretrainMethodKind kind) && Enum.IsDefined(kind) ? kind : PretrainMethodKind.Cim);

    /// <summary>What there is to say about that.</summary>
    internal MethodWords Words => Method.WordsOf(this);

    /// <summary>A series; null where the run has none of that name.</summary>
    /// <param name="name">Its key in <c>metrics.jsonl</c>.</param>
    public MetricSeries? Find(string name) => Series.FirstOrDefault(series => series.Name == name && series.Points.Count > 0);

    /// <summary>An option as text; empty where it is not there.</summary>
    /// <param name="path">Names from the outside in.</param>
    public string Option(params ReadOnlySpan<string> path)
    {
        JsonElement element = Options;
        foreach (string name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element)) return "";
        return element.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? "" : element.ToString();
    }
}
