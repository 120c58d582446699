using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace Cim.Vulkan.Training;

/// <summary>
/// Stands between the plotting library, which knows fixed colours, and the page, whose colours follow the reader's light or dark mode: a chart is drawn
/// in placeholder colours, each of which becomes one of the page's CSS variables.
/// </summary>
internal static partial class SvgPalette
{
    // Read by viewers that know no inherited font; the page's own style sheet overrules it.
    public const string Font = "sans-serif";

    public static readonly OxyColor Text = OxyColor.FromRgb(1, 2, 0), Grid = OxyColor.FromRgb(1, 3, 0), Level = OxyColor.FromRgb(1, 4, 0);

    private const int Lines = 3;

    private static readonly (OxyColor Color, string Variable)[] s_variables =
    [
        (Text, "--muted"), (Grid, "--grid"), (Level, "--level"),
        .. Enumerable.Range(0, Lines).Select(i => (Line(i), $"--line{i}")), .. Enumerable.Range(0, Lines).Select(i => (Raw(i), $"--raw{i}")),
    ];

    /// <summary>The colour of a smoothed line.</summary>
    public static OxyColor Line(int index) => OxyColor.FromRgb(2, (byte)(1 + (index % Lines)), 0);

    /// <summary>The colour of a raw line.</summary>
    public static OxyColor Raw(int index) => OxyColor.FromRgb(3, (byte)(1 + (index % Lines)), 0);

    /// <summary>Draws a model as an SVG element that scales with its place and is read aloud as <paramref name="description"/>.</summary>
    public static XElement ToSvg(PlotModel model, double width, double height, string id, string description)
    {
        string text = SvgExporter.ExportToString(model, width, height, isDocument: false);
        foreach ((OxyColor color, string variable) in s_variables) text = text.Replace($"rgb({color.R},{color.G},{color.B})", $"var({variable})", StringComparison.Ordinal);
        // Clip paths are numbered anew in every drawing; in one page their names must differ.
        XElement svg = XElement.Parse(ClipNames().Replace(text, $"{id}-clip$1"));
        svg.SetAttributeValue("width", null);
        svg.SetAttributeValue("height", null);
        svg.SetAttributeValue("version", null);
        svg.Attribute(XNamespace.Xmlns + "xlink")?.Remove();
        svg.SetAttributeValue("viewBox", FormattableString.Invariant($"0 0 {width} {height}"));
        svg.SetAttributeValue("role", "img");
        svg.SetAttributeValue("aria-labelledby", $"{id}-label");
        svg.AddFirst(new XElement(svg.Name.Namespace + "title", new XAttribute("id", $"{id}-label"), Markup.Clean(description)));
        return svg;
    }

    [GeneratedRegex(@"\bclipPath(\d+)\b")]
    private static partial Regex ClipNames();
}
