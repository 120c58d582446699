using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>The numbers of a run's <c>metrics.jsonl</c>, for means over parts of the run.</summary>
internal sealed class MetricHistory
{
    private readonly List<(long Step, string Name, double Value)> _points = [];

    private MetricHistory()
    {
    }

    /// <summary>Reads a run's file; a torn last line is left out.</summary>
    public static MetricHistory Read(string runFolder)
    {
        var history = new MetricHistory();
        foreach (string line in File.ReadLines(Path.Combine(runFolder, MetricsFile.Name))) history.Add(line);
        return history;
    }

    /// <summary>Mean of a number over the lines of the first steps; null without any.</summary>
    public double? MeanOfFirst(string name, long steps) => Mean(name, step => step <= steps);

    /// <summary>Mean of a number over the lines of the last steps; null without any.</summary>
    public double? MeanOfLast(string name, long steps)
    {
        long last = _points.Count == 0 ? 0 : _points.Max(point => point.Step);
        return Mean(name, step => step > last - steps);
    }

    /// <summary>Median of a number over all lines; null without any.</summary>
    public double? Median(string name)
    {
        double[] values = _points.Where(point => point.Name == name).Select(point => point.Value).Order().ToArray();
        return values.Length == 0 ? null : values[values.Length / 2];
    }

    private double? Mean(string name, Func<long, bool> includes)
    {
        double[] values = _points.Where(point => point.Name == name && includes(point.Step)).Select(point => point.Value).ToArray();
        return values.Length == 0 ? null : values.Average();
    }

    private void Add(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            long step = document.RootElement.GetProperty("step").GetInt64();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
                if (property.Value.ValueKind == JsonValueKind.Number) _points.Add((step, property.Name, property.Value.GetDouble()));
        }
        catch (JsonException)
        {
            // Cut off in the middle when the machine stopped.
        }
    }
}
