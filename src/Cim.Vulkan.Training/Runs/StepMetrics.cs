using System;

namespace Cim.Vulkan.Training;

/// <summary>The numbers of a step, averaged over its forward passes. Reused from step to step: nothing is allocated.</summary>
public sealed class StepMetrics
{
    private readonly Metric[] _values;
    private readonly int[] _counts;

    /// <summary>Names the numbers.</summary>
    /// <param name="names">In the order in which they are shown.</param>
    public StepMetrics(params ReadOnlySpan<string> names)
    {
        _values = new Metric[names.Length];
        _counts = new int[names.Length];
        for (int i = 0; i < names.Length; i++) _values[i] = new Metric(names[i], 0);
    }

    /// <summary>The step the numbers belong to.</summary>
    public long Step { get; private set; } = -1;

    /// <summary>The averages.</summary>
    public ReadOnlySpan<Metric> Values => _values;

    /// <summary>The average of a name.</summary>
    /// <param name="name">One of the names.</param>
    /// <exception cref="ArgumentException">There is no such number.</exception>
    public double this[string name]
    {
        get
        {
            foreach (Metric metric in _values)
                if (metric.Name == name) return metric.Value;
            throw new ArgumentException($"a step has no number '{name}'", nameof(name));
        }
    }

    /// <summary>Begins another step.</summary>
    /// <param name="step">Its number.</param>
    public void Begin(long step)
    {
        Step = step;
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] = _values[i] with { Value = 0 };
            _counts[i] = 0;
        }
    }

    /// <summary>Adds one forward pass's value.</summary>
    /// <param name="index">Position of the number.</param>
    /// <param name="value">The value.</param>
    public void Add(int index, double value)
    {
        int count = ++_counts[index];
        double mean = _values[index].Value;
        _values[index] = _values[index] with { Value = mean + ((value - mean) / count) };
    }
}
