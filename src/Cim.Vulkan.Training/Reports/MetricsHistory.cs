using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Reads <c>metrics.jsonl</c>, also while it is written: any line may carry any numbers, a line that is no JSON object with a step is counted and left out.</summary>
internal sealed class MetricsHistory
{
    // A file full of made-up names must not fill a page.
    private const int MostSeries = 100;

    private readonly Dictionary<string, SortedDictionary<long, double>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _notFinite = new(StringComparer.Ordinal);

    private MetricsHistory(string path)
    {
        using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        bool wasDamaged = false;
        while (file.ReadLine() is { } line)
        {
            if (line.Length == 0) continue;
            // The last line may be under way; only those before it can be damaged.
            if (wasDamaged) DamagedLines++;
            wasDamaged = !TryAdd(line);
        }
    }

    /// <summary>Lines before the last that could not be read.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>The most steps done that any line tells of; 0 without lines.</summary>
    public long LastStep { get; private set; }

    /// <summary>The numbers in the order of their first appearance.</summary>
    public IReadOnlyList<MetricSeries> Series =>
        _values.Select(pair => new MetricSeries(pair.Key, pair.Value.Select(point => (point.Key, point.Value)).ToArray(), _notFinite.GetValueOrDefault(pair.Key))).ToArray();

    /// <summary>One of them, without points where the file never tells of it.</summary>
    public MetricSeries Find(string name) => Series.FirstOrDefault(series => series.Name == name) ?? new MetricSeries(name, [], 0);

    public static MetricsHistory Read(string path) => new(path);

    private bool TryAdd(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("step", out JsonElement at) || at.ValueKind != JsonValueKind.Number || !at.TryGetInt64(out long step) || step < 0) return false;
            LastStep = Math.Max(LastStep, step);
            foreach (JsonProperty property in root.EnumerateObject())
                if (property.Name != "step") Add(step, property.Name, property.Value);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second: text that is half a character.
            return false;
        }
    }

    private void Add(long step, string name, JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null)) return;
        if (!_values.TryGetValue(name, out SortedDictionary<long, double>? points))
        {
            if (_values.Count == MostSeries) return;
            _values.Add(name, points = new SortedDictionary<long, double>());
        }
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)) points[step] = number;
        else _notFinite[name] = _notFinite.GetValueOrDefault(name) + 1;
    }
}
