using System.Collections.Generic;
using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>How much a finding matters.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but costs speed, comfort or size.</summary>
    Note,

    /// <summary>Stands in the way of training.</summary>
    Problem,
}

/// <summary>One thing that the doctor looked at.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Topic">What was looked at, in a word or two.</param>
/// <param name="Text">What was found, in one line.</param>
/// <param name="Mend">The command or action that mends it; null where there is nothing to mend.</param>
public sealed record Finding(FindingLevel Level, string Topic, string Text, string? Mend = null);

/// <summary>All findings, as <c>cim doctor --json</c> writes them.</summary>
/// <param name="Problems">How many of them stand in the way.</param>
/// <param name="Findings">In the order in which things were looked at.</param>
public sealed record DoctorReport(int Problems, IReadOnlyList<Finding> Findings);

/// <summary>Generated JSON code for <see cref="DoctorReport"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(DoctorReport))]
public sealed partial class DoctorJson : JsonSerializerContext;
