using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Cim.Vulkan.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cim.Vulkan.Cli;

/// <summary>
/// One line about a run, never wider than the terminal: <c>step 120/1500 ━━━━──── ETA 0:02:10 | 312 images/s | loss 4.92 | device</c>.
/// Where it is too narrow, the last parts go first, and the bar takes what is left.
/// </summary>
internal sealed class LiveLine : Renderable
{
    private const int MostBarCells = 40, FewestBarCells = 8;

    private static readonly Style s_done = new(foreground: Color.Green);
    private static readonly Style s_open = new(foreground: Color.Grey);

    /// <summary>Where the steps run.</summary>
    public string Device { get; set; } = "";

    /// <summary>Where the run stands.</summary>
    public RunProgress Progress { get; set; }

    /// <summary>How many of how many kernels are compiled; null while none are being.</summary>
    public (int Made, int Total)? Compiling { get; set; }

    /// <summary>Losses of the newest step.</summary>
    public Metric[] Losses { get; set; } = [];

    /// <inheritdoc/>
    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(1, maxWidth), maxWidth);

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        // A character in the last column makes some terminals wrap.
        int free = maxWidth - 1;
        string[] parts = Parts().ToArray();
        string first = parts[0];
        if (free < first.Length) return [new Segment(free > 0 ? first[..free] : "")];
        free -= first.Length;
        var shown = new List<string>();
        foreach (string part in parts.Skip(1).TakeWhile(part => part.Length <= free))
        {
            shown.Add(part);
            free -= part.Length;
        }

        IEnumerable<Segment> bar = free > FewestBarCells && Progress.TotalSteps > 0 && Compiling is null ? Bar(Math.Min(MostBarCells, free - 1), options.Unicode) : [];
        return [new Segment(first), .. bar, .. shown.Select(part => new Segment(part))];
    }

    private IEnumerable<string> Parts()
    {
        if (Compiling is (int made, int total))
        {
            yield return $"compiling kernels for this device {made}/{total}";
            yield break;
        }

        if (Progress.TotalSteps == 0)
        {
            yield return "getting ready";
            yield break;
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"step {Progress.Step}/{Progress.TotalSteps}");
        if (Progress.Remaining is TimeSpan remaining) yield return $" | ETA {ProgressLine.Duration(remaining)}";
        if (Progress.ImagesPerSecond > 0) yield return $" | {ProgressLine.Number(Progress.ImagesPerSecond)} images/s";
        foreach (Metric loss in Losses) yield return $" | {loss.Name} {ProgressLine.Number(loss.Value)}";
        if (Device.Length > 0) yield return $" | {Device}";
    }

    private IEnumerable<Segment> Bar(int cells, bool unicode)
    {
        int done = (int)(Progress.Step * cells / Progress.TotalSteps);
        yield return new Segment(" ");
        yield return new Segment(new string(unicode ? '━' : '#', done), s_done);
        yield return new Segment(new string(unicode ? '─' : '.', cells - done), s_open);
    }
}
