using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Training;

/// <summary>
/// One HTML file about one or several runs. It holds all that it shows and asks nobody for anything; it follows the reader's light or dark mode and
/// fits a phone.
/// </summary>
public static class ReportPage
{
    private const string Generator = "cim report", Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    // The mark stands at the top of a page.
    private const int MarkWithinBytes = 2048;

    /// <summary>Writes a page; an earlier page is replaced, any other file is left alone.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="title">The page's title.</param>
    /// <param name="intro">What the page is about, in plain text; empty for none.</param>
    /// <param name="runs">The runs, in the order in which they are told.</param>
    /// <param name="sections">What stands between the introduction and the runs.</param>
    /// <exception cref="OptionsException">The file is something else than a report, or cannot be written.</exception>
    public static void Write(string path, string title, string intro, IReadOnlyList<RunReport> runs, IReadOnlyList<ReportSection>? sections = null)
    {
        CheckReplaceable(path);
        string page = Render(title, intro, runs, sections);
        try
        {
            AtomicFiles.WriteText(new PhysicalFileSystem(), path, page);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"the report cannot be written to '{path}': {error.Message} Give another --out.");
        }
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
        string policy = script is null ? Policy : $"{Policy}; script-src 'unsafe-inline'; connect-src 'self'";
        XElement head = Element("head",
            Void("meta", ("charset", "utf-8")),
            Void("meta", ("name", "generator"), ("content", Generator)),
            Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
            Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", policy)),
            Element("title", title),
            Element("style", Raw(Resource("report.css"))));
        XElement main = Element("main",
            Classed("header", "page", Element("h1", title), intro.Length > 0 ? Element("p", intro) : null, runs.Count > 1 ? Contents(runs) : null),
            (sections ?? []).Select(Section),
            runs.Select((run, i) => RunArticle.Build(run, i, isAlone: runs.Count == 1)),
            Element("footer", Element("p", FormattableString.Invariant($"Written by Cim.Vulkan on {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC."))));
        XElement page = new("html", Attribute("lang", "en"), head, Element("body", main, script is null ? null : Element("script", Raw(script))));
        return $"<!DOCTYPE html>\n{page.ToString(SaveOptions.DisableFormatting)}\n";
    }

    private static XElement Contents(IReadOnlyList<RunReport> runs) => Element("nav", Attribute("aria-label", "Runs"),
        Element("ul", runs.Select((run, i) => Element("li", Element("a", Attribute("href", $"#run{i}"), RunText.Title(run))))));

    private static XElement Section(ReportSection section, int index) => Classed("section", "extra", Attribute("aria-labelledby", $"extra{index}"),
        Element("h2", Attribute("id", $"extra{index}"), section.Title),
        section.Paragraphs.Select(paragraph => Element("p", paragraph)),
        section.Rows.Count > 0 ? RunArticle.Table(section.Rows) : null,
        section.PicturePath is { } picture ? PictureFigures.Single(picture, section.PictureCaption) : null);

    private static void CheckReplaceable(string path)
    {
        if (Directory.Exists(path)) throw new OptionsException($"'{path}' is a folder: give the name of an HTML file in it");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new OptionsException($"there is no folder '{folder}' to write the report to: make it, or give another --out");
        if (!File.Exists(path)) return;
        using FileStream file = File.OpenRead(path);
        var start = new byte[MarkWithinBytes];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!Encoding.UTF8.GetString(start, 0, length).Contains($"content=\"{Generator}\"", StringComparison.Ordinal))
            throw new OptionsException($"'{path}' is there already and is no report: give another --out");
    }
}
