using System;
using System.Linq;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Training;

/// <summary>How a tokenizer uses its vocabulary, the most frequent code first.</summary>
internal static class CodeUsageFigure
{
    private const double Width = 390, Height = 220;
    // Bars touch: gaps thinner than a pixel would look like codes that never occur.
    private const int MostBars = 256;

    /// <summary>The section; null where nothing was counted.</summary>
    public static XElement? Build(RunReport run, int index)
    {
        if (run.Codes is not { Total: > 0 } codes) return null;
        string numbers = FormattableString.Invariant(
            $"{codes.UsedCodes} of {codes.Counts.Count} codes occur in {codes.Total:N0} tokens. Perplexity {codes.Perplexity:F0}: as if so many were used alike. The most frequent code makes up {codes.MostFrequentShare:P1}.");
        return RunArticle.Section("Use of the codes",
            "Each bar is a code of the tokenizer's vocabulary, sorted by how often it is some patch's true token. A gentle slope is good; a cliff, or many empty places at the right, means that the vocabulary is wasted.",
            Classed("figure", "wide", Draw(codes, $"run{index}codes", numbers), Classed("ul", "legend", Element("li", Classed("span", "key level"), "all used alike")), Element("figcaption", numbers)));
    }

    private static XElement Draw(CodeCounts codes, string id, string description)
    {
        long[] sorted = codes.Counts.OrderDescending().ToArray();
        int perBar = (sorted.Length + MostBars - 1) / MostBars;
        var bars = new RectangleBarSeries { FillColor = SvgPalette.Line(0), StrokeThickness = 0 };
        double highest = 0;
        for (int first = 0; first < sorted.Length; first += perBar)
        {
            double share = 100.0 * sorted.Skip(first).Take(perBar).Average() / codes.Total;
            highest = Math.Max(highest, share);
            if (share > 0) bars.Items.Add(new RectangleBarItem(first, 0, first + perBar, share));
        }
        double alike = 100.0 / sorted.Length;
        var model = new PlotModel { DefaultFont = SvgPalette.Font, DefaultFontSize = 12, TextColor = SvgPalette.Text, PlotAreaBorderThickness = new OxyThickness(0), Padding = new OxyThickness(14, 8, 12, 6) };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "codes, the most frequent first", AxisTitleDistance = 9, Minimum = 0, Maximum = sorted.Length, MinorTickSize = 0, TicklineColor = SvgPalette.Grid });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left, Title = "% of tokens", AxisTitleDistance = 14, Minimum = 0, Maximum = Math.Max(highest, alike) * 1.08, MinorTickSize = 0, MajorTickSize = 0, IntervalLength = 40,
            MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = SvgPalette.Grid,
        });
        model.Series.Add(bars);
        model.Annotations.Add(new LineAnnotation
        {
            Type = LineAnnotationType.Horizontal, Y = alike, Color = SvgPalette.Level, LineStyle = LineStyle.LongDash, StrokeThickness = 1.2,
        });
        return SvgPalette.ToSvg(model, Width, Height, id, description);
    }
}
