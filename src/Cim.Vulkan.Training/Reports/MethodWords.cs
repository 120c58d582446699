using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>What a report says about a run's method, for a reader who has never heard of it.</summary>
/// <param name="Name">As in "ResPix pre-training".</param>
/// <param name="Explanation">What the training does, in a few sentences.</param>
/// <param name="Columns">Of the picture grids.</param>
/// <param name="Pictures">What the columns show.</param>
internal sealed record MethodWords(string Name, string Explanation, IReadOnlyList<string> Columns, string Pictures)
{
    /// <summary>Title of the chart of the enhancer's loss.</summary>
    public required string LossTitle { get; init; }

    /// <summary>Unit of that loss; empty where it has none.</summary>
    public string LossUnit { get; init; } = "";

    /// <summary>What that loss is and what is good.</summary>
    public required string LossMeaning { get; init; }

    /// <summary>A level to compare that loss with; null for none.</summary>
    public ChartLevel? LossLevel { get; init; }

    /// <summary>What the ends of a heat map's colours mean; null where no such map is shown or it needs no word.</summary>
    public (string Low, string High)? HeatScale { get; init; }
}
