using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml.Linq;
using static Cim.Vulkan.Training.Markup;

namespace Cim.Vulkan.Bench;

/// <summary>The roofline plot of a device (Williams et al. 2009): arithmetic a byte against arithmetic a second, both logarithmic; a dot a row.</summary>
internal sealed class Roofline
{
    private const double Width = 390, Height = 290, Left = 44, Right = 10, Top = 12, Bottom = 38, Radius = 3.6, Margin = 1.6;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    private static readonly string[] s_kinds = ["ops", "models", "train"], s_names = ["an op", "a network", "a training step"];

    private readonly DeviceRoof _roof;
    private readonly double[] _tops;
    private readonly IReadOnlyList<Dot> _dots;
    private readonly Range _x, _y;

    private Roofline(DeviceRoof roof, IReadOnlyList<Dot> dots)
    {
        (_roof, _dots) = (roof, dots);
        _tops = [.. new[] { roof.Gflops, roof.Float16MatrixGflops, roof.BFloat16MatrixGflops }.OfType<double>().Distinct()];
        _x = Range.Around(dots.Select(dot => dot.Intensity).Concat(_tops.Select(RidgeOf)));
        _y = Range.Around(dots.Select(dot => dot.Gflops).Concat(_tops));
    }

    /// <summary>The figure of a device's files; null where they have no roof or no row with both arithmetic and bytes.</summary>
    /// <param name="files">All of one device.</param>
    /// <param name="id">Unique in the page.</param>
    public static XElement? Figure(IReadOnlyList<BenchFile> files, string id)
    {
        Dot[] dots = [.. files.SelectMany(file => file.Rows.Where(row => row is { Gflops: > 0, GigabytesPerSecond: > 0 }).Select(row => Dot.Of(row, Array.IndexOf(s_kinds, file.Bench))))];
        // What the device can do does not differ from file to file; a lower number was disturbed.
        DeviceRoof? roof = files.Select(file => file.Roof).OfType<DeviceRoof>().Where(known => known is { Gflops: > 0, GigabytesPerSecond: > 0 }).MaxBy(known => known.Gflops);
        if (dots.Length == 0 || roof is null) return null;
        BenchFile first = files[0];
        return Classed("figure", "roofline",
            Element("h4", first.Device, " ", first.IsCpuDriver ? BenchPage.CpuMark() : null, Element("small", $" {first.Driver} {first.DriverInfo}")),
            new Roofline(roof, dots).Draw(id, $"Roofline of {first.Device}: {dots.Length} rows"),
            Classed("ul", "legend", dots.Select(dot => dot.Kind).Distinct().Order().Select(kind => Element("li", Classed("span", $"key kind{kind}"), s_names[kind])), Element("li", Classed("span", "key roof"), "the roofs")),
            Element("figcaption", $"The roofs: {BenchTable.Number(roof.Gflops)} GFLOP/s fp32, {Matrices(roof.Float16MatrixGflops, "fp16")}{Matrices(roof.BFloat16MatrixGflops, "bf16")}{BenchTable.Number(roof.GigabytesPerSecond)} GB/s to and from memory. A dot above them was served by caches, or by units that were not measured."));
    }

    private static string Matrices(double? gflops, string precision) => gflops is null ? "" : $"{BenchTable.Number(gflops)} {precision} on matrix units, ";

    private double RidgeOf(double top) => top / _roof.GigabytesPerSecond;

    // Up along the memory's roof, then level.
    private string PointsTo(double top) => string.Join(" ", new[]
    {
        Point(Math.Max(_x.From, RidgeOf(_y.From)), Math.Max(_y.From, _x.From * _roof.GigabytesPerSecond)), Point(RidgeOf(top), top), Point(_x.To, top),
    });

    private XElement Draw(string id, string description)
    {
        return new XElement(s_svg + "svg", new XAttribute("viewBox", Invariant($"0 0 {Width} {Height}")), new XAttribute("role", "img"), new XAttribute("aria-labelledby", $"{id}-label"),
            new XElement(s_svg + "title", new XAttribute("id", $"{id}-label"), Clean(description)),
            _x.Ticks().Select(value => new[] { Line(X(value), Top, X(value), Height - Bottom), Text(X(value), Height - Bottom + 14, "middle", Label(value)) }),
            _y.Ticks().Select(value => new[] { Line(Left, Y(value), Width - Right, Y(value)), Text(Left - 6, Y(value) + 3.5, "end", Label(value)) }),
            Text((Left + Width - Right) / 2, Height - 6, "middle", "floating-point operations a byte"),
            Text(Left, Top - 2, "start", "GFLOP/s"),
            _tops.Select(top => new XElement(s_svg + "polyline", new XAttribute("class", "roof"), new XAttribute("points", PointsTo(top)))),
            _dots.Select(dot => new XElement(s_svg + "circle", new XAttribute("class", $"kind{dot.Kind}"), Place("cx", X(dot.Intensity)), Place("cy", Y(dot.Gflops)), Place("r", Radius), new XElement(s_svg + "title", Clean(dot.Title)))));
    }

    private double X(double value) => Left + (_x.PartOf(value) * (Width - Left - Right));

    private double Y(double value) => Height - Bottom - (_y.PartOf(value) * (Height - Top - Bottom));

    private string Point(double x, double y) => Invariant($"{X(x):0.#},{Y(y):0.#}");

    private static XElement Line(double x1, double y1, double x2, double y2) =>
        new(s_svg + "line", new XAttribute("class", "grid"), Place("x1", x1), Place("y1", y1), Place("x2", x2), Place("y2", y2));

    private static XElement Text(double x, double y, string anchor, string text) => new(s_svg + "text", Place("x", x), Place("y", y), new XAttribute("text-anchor", anchor), Clean(text));

    private static XAttribute Place(string name, double value) => new(name, value.ToString("0.#", CultureInfo.InvariantCulture));

    private static string Label(double value) => value >= 1e6 ? Invariant($"{value / 1e6:0.##}M") : value >= 1000 ? Invariant($"{value / 1000:0.##}k") : value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A row's place.</summary>
    private sealed record Dot(int Kind, double Intensity, double Gflops, string Title)
    {
        public static Dot Of(BenchFileRow row, int kind) => new(Math.Max(0, kind), row.Gflops!.Value / row.GigabytesPerSecond!.Value, row.Gflops.Value, string.Create(CultureInfo.InvariantCulture,
            $"{BenchTable.NameOf(row)} {row.Case}: {BenchTable.Number(row.Gflops)} GFLOP/s, {BenchTable.Number(row.Gflops / row.GigabytesPerSecond)} operations a byte, {BenchTable.Percent(row.RoofShare)} of the roof"));
    }

    /// <summary>A logarithmic axis.</summary>
    private readonly record struct Range(double From, double To)
    {
        private const double FewDecades = 2.2;

        public static Range Around(IEnumerable<double> values)
        {
            double[] all = [.. values];
            // A decade at least, or there would be no line to read a value from.
            double from = all.Min() / Margin, to = all.Max() * Margin;
            return new Range(Math.Min(from, Math.Pow(10, Math.Floor(Math.Log10(to)))), Math.Max(to, Math.Pow(10, Math.Ceiling(Math.Log10(from)))));
        }

        public double PartOf(double value) => Math.Log(value / From) / Math.Log(To / From);

        // Decades; twos and fives between them where there are few.
        public IEnumerable<double> Ticks()
        {
            double[] steps = Math.Log10(To / From) > FewDecades ? [1] : [1, 2, 5];
            for (int power = (int)Math.Floor(Math.Log10(From)); power <= Math.Log10(To); power++)
                foreach (double step in steps)
                    if (step * Math.Pow(10, power) is var tick && tick >= From && tick <= To) yield return tick;
        }
    }
}
