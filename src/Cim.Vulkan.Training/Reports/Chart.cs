using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>A line of a chart.</summary>
/// <param name="Label">What it is called where a chart has several.</param>
/// <param name="Series">Its values.</param>
internal sealed record ChartLine(string Label, MetricSeries Series);

/// <summary>A level to compare with, such as that of guessing.</summary>
/// <param name="Value">On the chart's scale.</param>
/// <param name="Label">What lies there.</param>
internal sealed record ChartLevel(double Value, string Label);

/// <summary>What one chart shows.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Unit">Of the vertical axis; empty where the numbers have none.</param>
/// <param name="Meaning">A sentence or two: what it is and what is good.</param>
/// <param name="Lines">One or more, on one scale.</param>
internal sealed record Chart(string Title, string Unit, string Meaning, IReadOnlyList<ChartLine> Lines)
{
    /// <summary>A level to compare with; null for none.</summary>
    public ChartLevel? Level { get; init; }

    /// <summary>Factor from the stored numbers to the unit, such as 100 for percent.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether equal distances are equal factors, for numbers of very different size.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Whether it belongs to what few will look at.</summary>
    public bool IsMinor { get; init; }
}
