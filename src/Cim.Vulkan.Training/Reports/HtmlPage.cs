using System;
using System.IO;
using System.Text;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Training;

/// <summary>
/// The frame of every page that the program writes: one HTML file that holds all that it shows and asks nobody for anything; it follows the reader's
/// light or dark mode and fits a phone.
/// </summary>
internal static class HtmlPage
{
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    // The mark stands at the top of a page.
    private const int MarkWithinBytes = 2048;

    /// <summary>The page as text.</summary>
    /// <param name="title">The page's title.</param>
    /// <param name="generator">The command that makes such pages, as a mark.</param>
    /// <param name="main">What it shows.</param>
    /// <param name="style">Style sheet behind the common one.</param>
    /// <param name="script">Script of a page that is served; null for a file.</param>
    public static string Render(string title, string generator, XElement main, string style = "", string? script = null)
    {
        string policy = script is null ? Policy : $"{Policy}; script-src 'unsafe-inline'; connect-src 'self'";
        XElement head = Element("head",
            Void("meta", ("charset", "utf-8")),
            Void("meta", ("name", "generator"), ("content", generator)),
            Void("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
            Void("meta", ("http-equiv", "Content-Security-Policy"), ("content", policy)),
            Element("title", title),
            Element("style", Raw(Resource("report.css") + style)));
        XElement page = new("html", Attribute("lang", "en"), head, Element("body", main, script is null ? null : Element("script", Raw(script))));
        return $"<!DOCTYPE html>\n{page.ToString(SaveOptions.DisableFormatting)}\n";
    }

    /// <summary>Who wrote the page, and when.</summary>
    public static XElement Footer() => Element("footer", Element("p", FormattableString.Invariant($"Written by Cim.Vulkan on {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC.")));

    /// <summary>Refuses a path that cannot take a page, or holds something else than an earlier one.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="generator">As given to <see cref="Render"/>.</param>
    /// <exception cref="OptionsException">The path cannot be used.</exception>
    public static void CheckReplaceable(string path, string generator)
    {
        if (Directory.Exists(path)) throw new OptionsException($"'{path}' is a folder: give the name of an HTML file in it");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw new OptionsException($"there is no folder '{folder}' to write the report to: make it, or give another --out");
        if (!File.Exists(path)) return;
        using FileStream file = File.OpenRead(path);
        var start = new byte[MarkWithinBytes];
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!Encoding.UTF8.GetString(start, 0, length).Contains($"content=\"{generator}\"", StringComparison.Ordinal))
            throw new OptionsException($"'{path}' is there already and is no report: give another --out");
    }

    /// <summary>Writes a page.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="page">From <see cref="Render"/>.</param>
    /// <exception cref="OptionsException">The file cannot be written.</exception>
    public static void Write(string path, string page)
    {
        try
        {
            AtomicFiles.WriteText(new PhysicalFileSystem(), path, page);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OptionsException($"the report cannot be written to '{path}': {error.Message} Give another --out.");
        }
    }
}
