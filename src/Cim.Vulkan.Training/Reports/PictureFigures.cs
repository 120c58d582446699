using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml.Linq;
using Cim.Vulkan.Data;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Training;

/// <summary>A run's pictures, inside the page.</summary>
internal static class PictureFigures
{
    private const int MostSteps = 3, GridPixels = 800, CorruptionsPixels = 1600, LargePixels = 600;
    private const int HeatStops = 9;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";
    private static readonly string[] s_tokenizerColumns = ["original", "decoded"];
    private static readonly string[] s_corruptionColumns = ["original", "masked"];

    /// <summary>Grids of a few steps; null where there are none.</summary>
    public static XElement? Grids(RunReport run)
    {
        MethodWords? words = run.Kind == TokenizerTrainingOptions.Kind ? null : run.Words;
        IReadOnlyList<string> columns = words?.Columns ?? s_tokenizerColumns;
        string text = words?.Pictures ?? "Left the original, right what is drawn again from its tokens alone. Coarse shapes and colours come first, edges later.";
        XElement[] figures = Chosen(run.Grids).Select(grid => Grid(grid, columns)).ToArray();
        XElement? scale = words?.HeatScale is { } ends ? HeatScale(ends.Low, ends.High) : null;
        return figures.Length == 0 ? null : RunArticle.Section("Pictures through time", text, scale, Classed("div", "grids", figures));
    }

    /// <summary>Corruptions of one picture; null where there are none.</summary>
    public static XElement? Corruptions(RunReport run, int index)
    {
        XElement[] figures = Chosen(run.Corruptions).Select((picture, i) => Cells(picture, $"run{index}corruptions{i}")).ToArray();
        return figures.Length == 0 ? null : RunArticle.Section("Five corruptions of one picture",
            "The hidden patches are drawn five times from the guesses for them. Early on they are noise; later they become plausible and still differ.", figures);
    }

    /// <summary>A picture by itself.</summary>
    public static XElement Single(string path, string caption) =>
        Embedded(path, GridPixels) is { } png ? Element("figure", Image(png, caption), Element("figcaption", caption)) : Unreadable(path);

    // The first, the last and what lies between.
    private static IEnumerable<RunPicture> Chosen(IReadOnlyList<RunPicture> pictures)
    {
        int count = Math.Min(MostSteps, pictures.Count);
        for (int i = 0; i < count; i++) yield return pictures[count == 1 ? pictures.Count - 1 : i * (pictures.Count - 1) / (count - 1)];
    }

    private static XElement Grid(RunPicture grid, IReadOnlyList<string> columns)
    {
        if (Embedded(grid.Path, GridPixels) is not { } png) return Unreadable(grid.Path);
        return Element("figure",
            Classed("div", "columns", Attribute("aria-hidden", "true"), columns.Select(column => Element("span", column))),
            Image(png, $"Step {grid.Step}: a picture a row, {string.Join(", ", columns)}"),
            Element("figcaption", $"Step {grid.Step:N0}: {string.Join(" | ", columns)}"));
    }

    // One embedded picture shown in pieces, so that they wrap on a narrow page.
    private static XElement Cells(RunPicture picture, string id)
    {
        if (Embedded(picture.Path, CorruptionsPixels) is not { } png || png.Width <= png.Height) return Unreadable(picture.Path);
        int cells = (int)Math.Round((double)png.Width / png.Height);
        double stride = (double)(png.Width - png.Height) / Math.Max(1, cells - 1);
        IEnumerable<XElement> shown = Enumerable.Range(0, cells).Select(i =>
        {
            string label = i < s_corruptionColumns.Length ? s_corruptionColumns[i] : $"corruption {i - s_corruptionColumns.Length + 1}";
            var part = new XElement(s_svg + "svg", Attribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"{i * stride} 0 {png.Height} {png.Height}")), Attribute("role", "img"), Attribute("aria-label", $"Step {picture.Step}: {label}"),
                i == 0 ? Source(png, id) : null, new XElement(s_svg + "use", Attribute("href", $"#{id}")));
            return Element("div", part, Element("span", Attribute("aria-hidden", "true"), label));
        });
        return Element("figure", Classed("div", "cells", shown), Element("figcaption", $"Step {picture.Step:N0}: original | masked | five samples of the guesses, decoded"));
    }

    private static XElement Source(ScaledPng png, string id) => new(s_svg + "defs", new XElement(s_svg + "image", Attribute("id", id), Attribute("width", png.Width), Attribute("height", png.Height), Attribute("href", DataUri(png))));

    private static XElement HeatScale(string low, string high)
    {
        IEnumerable<string> stops = Enumerable.Range(0, HeatStops).Select(i =>
        {
            (float red, float green, float blue) = HeatMap.Color(i / (HeatStops - 1f));
            return FormattableString.Invariant($"rgb({red * 255:0},{green * 255:0},{blue * 255:0})");
        });
        return Classed("p", "heat", Element("span", low), Classed("span", "ramp", Attribute("style", $"background:linear-gradient(90deg,{string.Join(",", stops)})")), Element("span", high));
    }

    private static XElement Image(ScaledPng png, string alternative)
    {
        XElement image = Void("img", ("src", DataUri(png)), ("alt", alternative), ("width", $"{png.Width}"), ("height", $"{png.Height}"));
        // Enlarged pixels stay squares; a large picture that is made smaller is smoothed.
        if (png.Width < LargePixels) image.SetAttributeValue("class", "pixels");
        return image;
    }

    private static string DataUri(ScaledPng png) => $"data:image/png;base64,{Convert.ToBase64String(png.Bytes)}";

    private static ScaledPng? Embedded(string path, int width)
    {
        try
        {
            return ScaledPng.Read(path, width);
        }
        catch (ImageDecodeException)
        {
            return null;
        }
    }

    private static XElement Unreadable(string path) => Classed("p", "notice", $"{System.IO.Path.GetFileName(path)} could not be read.");
}
