using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Bench;

/// <summary>Today's figures of a device beside its baseline.</summary>
internal sealed class FarmComparison
{
    // A few instructions more are a changed shader, not a worse choice.
    private const double Tolerated = 0.05;

    private readonly List<string> _lines = [];

    private FarmComparison()
    {
    }

    /// <summary>A line for everything that got worse.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Hot kernels that spill and did not before.</summary>
    public int NewSpills { get; private set; }

    /// <summary>Kernels that are in both.</summary>
    public int Compared { get; private set; }

    /// <summary>Kernels in which something got worse.</summary>
    public int Worse { get; private set; }

    /// <summary>Kernels that the baseline does not have.</summary>
    public int New { get; private set; }

    /// <summary>Compares the hot kernels.</summary>
    /// <param name="before">The device in the baseline.</param>
    /// <param name="rows">Its rows now.</param>
    public static FarmComparison Of(FarmBaselineDevice before, IEnumerable<FarmRow> rows)
    {
        var comparison = new FarmComparison();
        foreach (FarmRow row in rows.Where(row => row.IsHot && row.Problem.Length == 0))
        {
            FarmFigures? former = before.Kernels.GetValueOrDefault(row.Key);
            comparison.Add(row, former);
        }
        return comparison;
    }

    private void Add(FarmRow row, FarmFigures? former)
    {
        Compared += former is null ? 0 : 1;
        New += former is null ? 1 : 0;
        bool isNewSpill = row.Figures.Spills > 0 && former?.Spills is null or 0;
        NewSpills += isNewSpill ? 1 : 0;
        string[] changes = former is null ? [] : [.. Changes(former, row.Figures)];
        if (changes.Length > 0) Worse++;
        if (isNewSpill) _lines.Add($"NEW SPILL {row.Key}: {row.Figures.Spills} {(former is null ? "in a kernel that the baseline does not have" : $"({string.Join(", ", changes)})")}");
        else if (changes.Length > 0) _lines.Add($"worse {row.Key}: {string.Join(", ", changes)}");
    }

    // Registers are no matter of their own where the driver tells the occupancy that they leave.
    private static IEnumerable<string> Changes(FarmFigures before, FarmFigures after)
    {
        if (after.Spills > (before.Spills ?? 0)) yield return Change("spills", before.Spills, after.Spills);
        if (after.Occupancy < before.Occupancy) yield return Change("occupancy", before.Occupancy, after.Occupancy);
        if (after.SubgroupSize != before.SubgroupSize) yield return Change("subgroup", before.SubgroupSize, after.SubgroupSize);
        if (after.Occupancy is null && HasGrown(before.Registers, after.Registers)) yield return Change("registers", before.Registers, after.Registers);
        if (HasGrown(before.Instructions, after.Instructions)) yield return Change("instructions", before.Instructions, after.Instructions);
        if (HasGrown(before.Cycles, after.Cycles)) yield return Change("cycles", before.Cycles, after.Cycles);
    }

    private static bool HasGrown(double? before, double? after) => after > before * (1 + Tolerated);

    private static string Change(string figure, double? before, double? after) => FormattableString.Invariant($"{figure} {before ?? 0} -> {after ?? 0}");
}
