using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Training;

/// <summary>
/// One HTML file about one or several runs. It holds all that it shows and asks nobody for anything; it follows the reader's light or dark mode and
/// fits a phone.
/// </summary>
public static class ReportPage
{
    private const string Generator = "cim report";

    /// <summary>Writes a page; an earlier page is replaced, any other file is left alone.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="intro">What the page is about, in plain text; empty for none.</param>
    /// <param name="runs">The runs, in the order in which they are told.</param>
    /// <param name="sections">What stands between the introduction and the runs.</param>
    /// <exception cref="OptionsException">The file is something else than a report, or cannot be written.</exception>
    public static void Write(string path, string title, string intro, IReadOnlyList<RunReport> runs, IReadOnlyList<ReportSection>? sections = null)
    {
        HtmlPage.CheckReplaceable(path, Generator);
        HtmlPage.Write(path, Render(title, intro, runs, sections));
    }

    /// <summary>Writes a run's page with the title that its options give it.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="run">The run.</param>
    /// <exception cref="OptionsException">The file is something else than a report, or cannot be written.</exception>
    public static void Write(string path, RunReport run) => Write(path, RunText.Title(run), "", [run]);

    /// <summary>The page as text.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="intro">What the page is about, in plain text; empty for none.</param>
    /// <param name="runs">The runs, in the order in which they are told.</param>
    /// <param name="sections">What stands between the introduction and the runs.</param>
    public static string Render(string title, string intro, IReadOnlyList<RunReport> runs, IReadOnlyList<ReportSection>? sections = null) => Render(title, intro, runs, sections, script: null);

    internal static string RenderLive(RunReport run) => Render(RunText.Title(run), "", [run], [], Resource("watch.js"));

    private static string Render(string title, string intro, IReadOnlyList<RunReport> runs, IReadOnlyList<ReportSection>? sections, string? script)
    {
        ArgumentNullException.ThrowIfNull(runs);
        XElement main = Element("main",
            Classed("header", "page", Element("h1", title), intro.Length > 0 ? Element("p", intro) : null, runs.Count > 1 ? Contents(runs) : null),
            (sections ?? []).Select(Section),
            runs.Select((run, i) => RunArticle.Build(run, i, isAlone: runs.Count == 1)),
            HtmlPage.Footer());
        return HtmlPage.Render(title, Generator, main, script: script);
    }

    private static XElement Contents(IReadOnlyList<RunReport> runs) => Element("nav", Attribute("aria-label", "Runs"),
        Element("ul", runs.Select((run, i) => Element("li", Element("a", Attribute("href", $"#run{i}"), RunText.Title(run))))));

    private static XElement Section(ReportSection section, int index) => Classed("section", "extra", Attribute("aria-labelledby", $"extra{index}"),
        Element("h2", Attribute("id", $"extra{index}"), section.Title),
        section.Paragraphs.Select(paragraph => Element("p", paragraph)),
        section.Rows.Count > 0 ? RunArticle.Table(section.Rows) : null,
        section.PicturePath is { } picture ? PictureFigures.Single(picture, section.PictureCaption) : null);
}
