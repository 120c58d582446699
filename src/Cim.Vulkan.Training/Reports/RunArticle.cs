using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Training;

/// <summary>The part of a page that is about one run.</summary>
internal static class RunArticle
{
    public static XElement Build(RunReport run, int index, bool isAlone)
    {
        Chart[] charts = ChartCatalog.Of(run).ToArray();
        return new XElement("article", Attribute("id", $"run{index}"),
            Header(run, isAlone),
            run.Notices.Count > 0 ? Classed("ul", "notices", Attribute("aria-label", "What could not be read"), run.Notices.Select(notice => Element("li", notice))) : null,
            Section("Curves", "The faint line is each step as measured, the strong one its moving average.", Charts(charts.Where(chart => !chart.IsMinor), $"run{index}c")),
            PictureFigures.Grids(run),
            PictureFigures.Corruptions(run, index),
            CodeUsageFigure.Build(run, index),
            Folded("More curves", Charts(charts.Where(chart => chart.IsMinor), $"run{index}m")),
            Folded("Configuration", Table(RunText.OptionRows(run.Options))),
            run.Device is { } device ? Folded("Device", Table(RunText.DeviceRows(device))) : null);
    }

    /// <summary>A section; null without content.</summary>
    public static XElement? Section(string title, string text, params object?[] content) =>
        content.Any(part => part is not null) ? Element("section", Element("h3", title), text.Length > 0 ? Element("p", text) : null, content) : null;

    /// <summary>Names and values.</summary>
    public static XElement? Table(IReadOnlyList<(string Name, string Value)> rows) => rows.Count == 0 ? null :
        Classed("div", "table", Element("table", Element("tbody", rows.Select(row => Element("tr", Element("th", Attribute("scope", "row"), row.Name), Element("td", row.Value))))));

    private static XElement Header(RunReport run, bool isAlone)
    {
        string state = run.State switch { RunState.Finished => "finished", RunState.Running => "running", _ => "stopped" };
        string mark = run.State switch { RunState.Finished => "✓", RunState.Running => "▶", _ => "■" };
        string resume = run.State == RunState.Stopped ? ". It has written nothing for a while; --resume goes on" : "";
        return Classed("header", "run",
            isAlone ? null : Element("h2", RunText.Title(run)),
            Classed("p", $"state {state}", Element("strong", $"{mark} {state}"), $" {RunText.Progress(run)}{resume}"),
            Element("p", RunText.Explanation(run)),
            Classed("p", "sizes", $"{RunText.Sizes(run)} {RunText.Device(run)}"),
            Classed("dl", "numbers", RunText.KeyNumbers(run).Select(number => Element("div", Element("dt", number.Name), Element("dd", number.Value)))));
    }

    private static XElement? Charts(IEnumerable<Chart> charts, string id)
    {
        XElement[] figures = charts.Select((chart, i) => Figure(chart, $"{id}{i}")).ToArray();
        return figures.Length == 0 ? null : Classed("div", "charts", figures);
    }

    private static XElement Figure(Chart chart, string id) => Element("figure",
        Element("h4", chart.Title, chart.Unit.Length > 0 ? Element("small", $" in {chart.Unit}") : null),
        LineChart.Draw(chart, id),
        Legend(chart),
        Element("figcaption", chart.Meaning, Classed("span", "summary", $" {LineChart.Summary(chart)}.")));

    private static XElement? Legend(Chart chart)
    {
        IEnumerable<XElement> lines = chart.Lines.Count > 1 ? chart.Lines.Select((line, i) => Element("li", Classed("span", $"key key{i}"), $"{line.Label} ({LineChart.PatternOf(i)})")) : [];
        IEnumerable<XElement> level = chart.Level is { } compared ? [Element("li", Classed("span", "key level"), compared.Label)] : [];
        XElement[] all = [.. lines, .. level];
        return all.Length == 0 ? null : Classed("ul", "legend", all);
    }

    private static XElement? Folded(string title, XElement? content) =>
        content is null ? null : Element("details", Element("summary", title), content);
}
