using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Bench;

/// <summary>Rows as tables of a page.</summary>
internal static class BenchTable
{
    private const double Mebi = 1048576;

    /// <summary>A table that scrolls within its place.</summary>
    /// <param name="head">Titles; a bar before one puts its column to the right, as numbers are.</param>
    /// <param name="rows">Cells, the first the row's head.</param>
    public static XElement Build(IReadOnlyList<string> head, IEnumerable<object?[]> rows)
    {
        XElement Cell(string name, int column, params object?[] content) => Element(name, [head[column].StartsWith('|') ? Attribute("class", "n") : null, .. content]);
        return Classed("div", "table rows", Attribute("tabindex", "0"), Element("table",
            Element("thead", Element("tr", head.Select((title, column) => Cell("th", column, Attribute("scope", "col"), title.TrimStart('|'))))),
            Element("tbody", rows.Select(row => Element("tr", row.Select((cell, column) => column == 0 ? Cell("th", 0, Attribute("scope", "row"), cell) : Cell("td", column, cell)))))));
    }

    /// <summary>The rows of <c>cim bench ops</c>.</summary>
    public static XElement Ops(BenchFile file) => Build(
        ["op", "case", "|ms", "|spread", "|GFLOP/s", "|GB/s", "|of the roof", "|error", "kernel", "status"],
        file.Rows.Select(row => new object?[]
        {
            NameOf(row), row.Case, Number(row.Milliseconds), Percent(row.Spread), Number(row.Gflops), Number(row.GigabytesPerSecond), Percent(row.RoofShare), Error(row.MaxError), row.Kernel, Status(row),
        }));

    /// <summary>The rows of <c>cim bench models</c> and <c>cim bench train</c>.</summary>
    public static XElement Networks(BenchFile file) => Build(
        ["network", "case", "|ms", "|spread", "|images/s", "|GFLOP", "|GFLOP/s", "|of the roof", "|parameters", "|MiB", "|error", "kernel", "status"],
        file.Rows.Select(row => new object?[]
        {
            NameOf(row), row.Case, Number(row.Milliseconds), Percent(row.Spread), Number(row.ImagesPerSecond), Number((row.Flops ?? row.MatrixFlops) / 1e9), Number(row.Gflops), Percent(row.RoofShare),
            row.Parameters?.ToString("N0", CultureInfo.InvariantCulture) ?? "–", Number((row.ArenaBytes + row.PersistentBytes) / Mebi), Error(row.MaxError), row.Kernel, Status(row),
        }));

    /// <summary>The outcome of <c>cim bench validate</c>: the sum, and what is wrong.</summary>
    public static object?[] Validation(BenchFile file)
    {
        BenchFileRow[] wrong = [.. file.Rows.Where(row => row.Status != BenchRow.Ok)];
        string sum = FormattableString.Invariant($"{file.Rows.Count} cases compared with their references, {wrong.Length} wrong.");
        return [Element("p", sum), wrong.Length == 0 ? null : Build(["op", "case", "|error", "status"], wrong.Select(row => new object?[] { NameOf(row), row.Case, Error(row.MaxError), Status(row) }))];
    }

    /// <summary>A row's name with what was forced and another arithmetic than fp32.</summary>
    public static string NameOf(BenchFileRow row) => string.Join(" ", new[] { row.Op, row.Variant, row.Arithmetic == "fp32" ? "" : row.Arithmetic }.Where(word => word.Length > 0));

    /// <summary>Three digits, or more where the number is large.</summary>
    public static string Number(double? value)
    {
        if (value is not { } number) return "–";
        double size = Math.Abs(number);
        return number.ToString(size >= 1e6 ? "0.00E+0" : size >= 100 ? "#,##0" : size >= 10 ? "0.0" : size >= 1 || size == 0 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
    }

    /// <summary>A share in percent.</summary>
    public static string Percent(double? value) => value is { } number ? FormattableString.Invariant($"{number * 100:0} %") : "–";

    private static string Error(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.0E+0}") : "–";

    private static object Status(BenchFileRow row) => row.Status == BenchRow.Ok ? row.Status : Classed("span", "bad", row.Reason.Length > 0 ? $"{row.Status}: {row.Reason}" : row.Status);
}
