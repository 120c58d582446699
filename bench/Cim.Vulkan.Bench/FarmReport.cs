using System;
using System.Collections.Generic;
using System.IO;

namespace Cim.Vulkan.Bench;

/// <summary>The table of a farm survey, and the lines about its baseline.</summary>
internal static class FarmReport
{
    public static void WriteTableHead(TextWriter output) => output.WriteLine(
        $"{"simd",4} {"regs",5} {"scalar",6} {"spills",6} {"scratch",7} {"occup.",6} {"instr.",6} {"cycles",7} {"shared",6} {"matrix",6}  kernel and constants");

    public static void WriteTableRow(FarmRow row, TextWriter output)
    {
        FarmFigures f = row.Figures;
        output.WriteLine(row.Problem.Length > 0 ? $"FAILED {row.Key}: {row.Problem}" : FormattableString.Invariant(
            $"{f.SubgroupSize,4} {Told(f.Registers),5} {Told(f.ScalarRegisters),6} {Told(f.Spills),6} {Told(f.ScratchBytes),7} {Told(f.Occupancy),6} ") + FormattableString.Invariant(
            $"{Told(f.Instructions),6} {Told(f.Cycles),7} {Told(f.SharedBytes),6} {Told(f.MatrixInstructions),6}  {row.Key}"));
    }

    /// <summary>Prints what got worse since the baseline.</summary>
    /// <returns>Whether the device is in the baseline and no hot kernel newly spills.</returns>
    public static bool Compare(FarmBaseline baseline, string device, string driver, IReadOnlyList<FarmRow> rows, TextWriter output)
    {
        if (!baseline.Devices.TryGetValue(device, out FarmBaselineDevice? before))
        {
            output.WriteLine($"the baseline has no device '{device}', so nothing was compared: add it with --update, or give its name there with --as");
            return false;
        }
        if (before.Driver != driver) output.WriteLine($"the baseline is of another driver: {before.Driver}");
        FarmComparison comparison = FarmComparison.Of(before, rows);
        foreach (string line in comparison.Lines) output.WriteLine(line);
        output.WriteLine($"{device}: {comparison.Compared} kernels compared with the baseline, {comparison.Worse} worse, {comparison.New} new, {comparison.NewSpills} new spills");
        return comparison.NewSpills == 0;
    }

    private static string Told(double? figure) => figure?.ToString("0") ?? "-";
}
