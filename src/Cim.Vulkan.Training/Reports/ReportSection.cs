using System.Collections.Generic;

namespace Cim.Vulkan.Training;

/// <summary>A section that a caller adds to a page beside those of its runs.</summary>
/// <param name="Title">A few words.</param>
/// <param name="Paragraphs">Plain text.</param>
/// <param name="Rows">Names and values of a table; empty for none.</param>
public sealed record ReportSection(string Title, IReadOnlyList<string> Paragraphs, IReadOnlyList<(string Name, string Value)> Rows)
{
    /// <summary>A PNG file to show; null for none.</summary>
    public string? PicturePath { get; init; }

    /// <summary>What the picture shows.</summary>
    public string PictureCaption { get; init; } = "";
}
