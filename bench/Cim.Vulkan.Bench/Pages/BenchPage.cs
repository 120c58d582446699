using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;
using Cim.Vulkan.Training;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Bench;

/// <summary>One HTML page about bench files: devices and their roofs, every row, two files side by side. CPU drivers are marked and ranked with nobody.</summary>
public static class BenchPage
{
    private const string Generator = "cim bench report", Title = "Benchmarks";

    private static readonly (string Kind, string Title)[] s_kinds = [("ops", "Ops"), ("models", "Networks, forward"), ("train", "Training steps"), ("validate", "Validation")];

    /// <summary>Reads the files and writes the page; an earlier page is replaced, any other file is left alone.</summary>
    /// <param name="paths">Bench files.</param>
    /// <param name="page">The HTML file.</param>
    /// <param name="output">For a line about it.</param>
    /// <returns>0.</returns>
    /// <exception cref="BenchFileException">A file cannot be read.</exception>
    /// <exception cref="OptionsException">The page cannot be written.</exception>
    public static int Run(IReadOnlyList<string> paths, string page, TextWriter output)
    {
        HtmlPage.CheckReplaceable(page, Generator);
        HtmlPage.Write(page, Render([.. paths.Select(BenchFile.Read)]));
        output.WriteLine($"written: {page}");
        return 0;
    }

    internal static string Render(IReadOnlyList<BenchFile> files)
    {
        NamedFile[] named = [.. files.Select((file, i) => new NamedFile(LetterOf(i), file))];
        XElement main = Element("main",
            Classed("header", "page", Element("h1", Title),
                Element("p", "Times are medians of device time; the spread is the width of the middle half of the runs over it. The share tells how near a row is to what its device can do at most."),
                files.Any(file => file.IsCpuDriver) ? Element("p", CpuMark(), " is the host's processor, by a CPU driver or other software: it is ranked against no GPU.") : null),
            Section("Devices", Devices(named)),
            files.Count == 2 ? SideBySide(BenchComparison.Of(files[0], files[1])) : null,
            named.GroupBy(file => file.File.Title).Select((device, i) => Roofline.Figure([.. device.Select(file => file.File)], $"roofline{i}")) is { } figures && figures.Any(figure => figure is not null)
                ? Section("Rooflines", Classed("div", "charts", figures)) : null,
            s_kinds.Select(kind => Rows(kind.Kind, kind.Title, [.. named.Where(file => file.File.Bench == kind.Kind)])),
            HtmlPage.Footer());
        return HtmlPage.Render(Title, Generator, main, Resource("bench.css", Assembly.GetExecutingAssembly()));
    }

    internal static XElement Section(string title, params object?[] content) => Classed("section", "extra", Element("h2", title), content);

    /// <summary>What stands beside everything that ran on a CPU.</summary>
    internal static XElement CpuMark() => Classed("span", "mark", "CPU");

    private static string LetterOf(int index) => index < 26 ? $"{(char)('A' + index)}" : $"{index + 1}";

    private static XElement Devices(IReadOnlyList<NamedFile> files) => BenchTable.Build(
        ["", "device", "driver", "measured", "|GFLOP/s fp32", "|GB/s copy", "|µs a launch", "|µs a submit"],
        files.Select(file => new object?[]
        {
            file.Letter, new object?[] { file.File.Device, " ", file.File.IsCpuDriver ? CpuMark() : null }, $"{file.File.Driver} {file.File.DriverInfo}", $"{file.File.Bench}, {file.File.Measured}",
            BenchTable.Number(file.File.Roof?.Gflops), BenchTable.Number(file.File.Roof?.GigabytesPerSecond), BenchTable.Number(file.File.Roof?.LaunchMicroseconds), BenchTable.Number(file.File.Roof?.SubmitMicroseconds),
        }));

    private static XElement? SideBySide(BenchComparison comparison)
    {
        if (comparison.Rows.Count == 0) return null;
        bool isRanked = comparison.A.IsCpuDriver == comparison.B.IsCpuDriver;
        string[] head = ["row", "case", "|A ms", "|B ms", .. isRanked ? new[] { "|A / B" } : [], ""];
        return Section("A and B side by side", Element("p", $"{comparison.Summary}."), BenchTable.Build(head, comparison.Rows.Select(pair => (object?[])
        [
            BenchTable.NameOf(pair.A), pair.A.Case, BenchTable.Number(pair.A.Milliseconds), BenchTable.Number(pair.B.Milliseconds),
            .. isRanked ? new object?[] { BenchTable.Number(pair.Ratio) } : [], pair.Note,
        ])));
    }

    private static XElement? Rows(string kind, string title, IReadOnlyList<NamedFile> files)
    {
        if (files.Count == 0) return null;
        return Section(title, files.Select(file => new object?[]
        {
            Element("h3", $"{file.Letter}  {file.File.Device} ", file.File.IsCpuDriver ? CpuMark() : null),
            kind switch
            {
                "validate" => BenchTable.Validation(file.File),
                "ops" => BenchTable.Ops(file.File),
                _ => new object?[] { BenchTable.Networks(file.File), file.File.Rows.Select(TrainingFigure.Build) },
            },
        }));
    }

    private sealed record NamedFile(string Letter, BenchFile File);
}
