using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>What the doctor is to look at.</summary>
public sealed record DoctorOptions
{
    /// <summary>Pictures to try; null for none.</summary>
    public string? Data { get; init; }

    /// <summary>Where a run is to be written.</summary>
    public string Out { get; init; } = ".";

    /// <summary>Which device, as <c>--device</c> takes it; null for the one a training would take.</summary>
    public string? Device { get; init; }

    /// <summary>The folder of the pipeline cache and of measured choices of kernels.</summary>
    public string CacheFolder { get; init; } = "";
}

/// <summary>Looks at everything a training needs and says what is there, what is missing, what that costs, and how to mend it.</summary>
public static class Doctor
{
    /// <summary>Looks at the machine; never throws for what is wrong with it.</summary>
    /// <param name="options">What to look at.</param>
    public static DoctorReport Examine(DoctorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Finding[] findings =
        [
            .. Look(".NET", DotnetCheck.Run),
            .. Look("machine", MachineCheck.Run),
            .. Look("Vulkan", () => VulkanCheck.Run(options.Device, options.CacheFolder)),
            .. Look("drivers", DriverCheck.Run),
            .. Look("pipeline cache", () => DiskCheck.Cache(options.CacheFolder)),
            .. Look("disk", () => DiskCheck.Out(options.Out)),
            .. Look("data", () => options.Data is null ? [] : DataCheck.Run(options.Data)),
        ];
        return new DoctorReport(findings.Count(finding => finding.Level == FindingLevel.Problem), findings);
    }

    /// <summary>The report in aligned lines, one a finding and one at the end.</summary>
    public static IEnumerable<string> Lines(DoctorReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        int width = report.Findings.Max(finding => finding.Topic.Length);
        foreach (Finding finding in report.Findings)
            yield return $"{Word(finding.Level),-7}  {finding.Topic.PadRight(width)}  {finding.Text}{(finding.Mend is null ? "" : $" -> {finding.Mend}")}";
        int notes = report.Findings.Count(finding => finding.Level == FindingLevel.Note);
        yield return report.Problems == 0
            ? $"nothing stands in the way ({notes} notes)"
            : $"{report.Problems} {(report.Problems == 1 ? "problem stands" : "problems stand")} in the way: mend what follows each arrow, then run this again";
    }

    private static string Word(FindingLevel level) => level switch
    {
        FindingLevel.Ok => "ok",
        FindingLevel.Note => "note",
        _ => "problem",
    };

    private static List<Finding> Look(string topic, Func<IEnumerable<Finding>> check)
    {
        var findings = new List<Finding>();
        try
        {
            findings.AddRange(check());
        }
#pragma warning disable CA1031 // A doctor must not fall ill with the patient: what one check cannot stand, the others must still look past.
        catch (Exception error)
#pragma warning restore CA1031
        {
            findings.Add(new Finding(FindingLevel.Problem, topic, $"could not be looked at: {error.Message.ReplaceLineEndings(" ")}", $"report this line: it names a {error.GetType().Name}"));
        }
        return findings;
    }
}
