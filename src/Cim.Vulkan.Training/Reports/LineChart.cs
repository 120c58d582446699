using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Cim.Vulkan.Training;

/// <summary>Draws a chart as inline SVG: every series raw and faint, its smoothed form over it. Colours are the page's, so light and dark need one drawing.</summary>
internal static class LineChart
{
    private const double Width = 390, Height = 230, LabelPoints = 11.5;
    private const int RawPoints = 500;

    private static readonly LineStyle[] s_styles = [LineStyle.Solid, LineStyle.Dash, LineStyle.Dot];

    /// <summary>How a line is drawn: the pattern tells lines apart where colours do not.</summary>
    public static string PatternOf(int line) => (line % s_styles.Length) switch { 0 => "solid", 1 => "dashed", _ => "dotted" };

    /// <summary>Draws.</summary>
    /// <param name="chart">What to show.</param>
    /// <param name="id">Unique in the page.</param>
    public static XElement Draw(Chart chart, string id)
    {
        var model = new PlotModel { DefaultFont = SvgPalette.Font, DefaultFontSize = LabelPoints, TextColor = SvgPalette.Text, PlotAreaBorderThickness = new OxyThickness(0), Padding = new OxyThickness(14, 6, 12, 6) };
        model.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "step", TitleFontSize = LabelPoints, AxisTitleDistance = 9, MinorTickSize = 0, MajorTickSize = 4, TicklineColor = SvgPalette.Grid, IntervalLength = 70, MinimumPadding = 0, MaximumPadding = 0.01 });
        model.Axes.Add(ValueAxis(chart));
        for (int i = 0; i < chart.Lines.Count; i++)
        {
            MetricSeries series = chart.Lines[i].Series;
            bool isLong = series.Points.Count > 2;
            if (isLong) model.Series.Add(Line(series.Thinned(RawPoints), chart.Scale, SvgPalette.Raw(i), 1, LineStyle.Solid));
            model.Series.Add(Line(isLong ? series.Smoothed() : series.Points, chart.Scale, SvgPalette.Line(i), 2.2, s_styles[i % s_styles.Length], hasMarkers: series.Points.Count < 12));
        }
        if (chart.Level is { } level) model.Annotations.Add(Level(level));
        return SvgPalette.ToSvg(model, Width, Height, id, $"{chart.Title}. {Summary(chart)}");
    }

    /// <summary>The course in words, for those who cannot see it.</summary>
    public static string Summary(Chart chart)
    {
        string unit = chart.Unit.Length > 0 ? $" {chart.Unit}" : "";
        return string.Join("; ", chart.Lines.Select((line, i) =>
        {
            (long firstStep, double first) = line.Series.Points[0];
            string name = chart.Lines.Count > 1 ? $"{line.Label} from" : "From";
            return $"{name} {ProgressLine.Number(first * chart.Scale)} to {ProgressLine.Number(line.Series.Recent * chart.Scale)}{unit}{(i == 0 ? $" (steps {firstStep} to {line.Series.Points[^1].Step})" : "")}";
        }));
    }

    private static Axis ValueAxis(Chart chart)
    {
        double[] sizes = chart.Lines.SelectMany(line => line.Series.Points).Select(point => point.Value * chart.Scale).DefaultIfEmpty(1).ToArray();
        Axis axis = chart.IsLogarithmic && sizes.Min() > 0 ? new LogarithmicAxis { MinorGridlineStyle = LineStyle.None, PowerPadding = false } : new LinearAxis { StringFormat = sizes.Max(Math.Abs) is > 0 and < 0.01 ? "0.##e-0" : null };
        axis.Position = AxisPosition.Left;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = SvgPalette.Grid;
        (axis.MinorTickSize, axis.MajorTickSize, axis.IntervalLength) = (0, 0, 38);
        (axis.MinimumPadding, axis.MaximumPadding) = (0.05, 0.08);
        return axis;
    }

    private static LineSeries Line(IReadOnlyList<(long Step, double Value)> points, double scale, OxyColor color, double thickness, LineStyle style, bool hasMarkers = false)
    {
        var line = new LineSeries { Color = color, StrokeThickness = thickness, LineStyle = style, LineJoin = LineJoin.Round };
        if (hasMarkers) (line.MarkerType, line.MarkerSize, line.MarkerFill) = (MarkerType.Circle, 3.2, color);
        line.Points.AddRange(points.Select(point => new DataPoint(point.Step, point.Value * scale)));
        return line;
    }

    private static LineAnnotation Level(ChartLevel level) => new()
    {
        Type = LineAnnotationType.Horizontal,
        Y = level.Value,
        Color = SvgPalette.Level,
        LineStyle = LineStyle.LongDash,
        StrokeThickness = 1.2,
        Layer = AnnotationLayer.BelowSeries,
    };
}
