using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Cim.Vulkan.Cli;

/// <summary>Shows a run on a terminal: a line that stays at the bottom, and above it the notes and a line at each tenth of the run.</summary>
/// <param name="console">The terminal.</param>
internal sealed class LiveRun(IAnsiConsole console) : IRunObserver
{
    private const int Tenths = 10, MostLosses = 2;
    private const long RefreshMilliseconds = 100;

    private readonly LiveLine _line = new();
    private LiveDisplayContext? _display;
    private long _refreshedAt;
    private long _tenth;

    /// <summary>Does work and shows it.</summary>
    /// <param name="work">Tells this observer what happens.</param>
    public T Show<T>(Func<IRunObserver, T> work) => console.Live(_line).Start(display =>
    {
        _display = display;
        T result = work(this);
        display.Refresh();
        return result;
    });

    /// <inheritdoc/>
    public void Begins(RunStart run)
    {
        _line.Device = run.DeviceName;
        _line.Progress = new RunProgress(run.StepsDone, run.TotalSteps, 0, null, false);
        _tenth = TenthAt(_line.Progress);
        _display?.Refresh();
    }

    /// <inheritdoc/>
    public void Compiling(int made, int total)
    {
        _line.Compiling = made < total ? (made, total) : null;
        _display?.Refresh();
    }

    /// <inheritdoc/>
    public void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
    {
        _line.Progress = progress;
        if (TenthAt(progress) != _tenth)
        {
            _tenth = TenthAt(progress);
            _line.Losses = LossesOf(metrics);
            Noted(ProgressLine.Format(progress.Step, progress.TotalSteps, _line.Losses, progress.ImagesPerSecond, progress.Remaining));
        }

        long now = Environment.TickCount64;
        if (now - _refreshedAt < RefreshMilliseconds && progress.Step < progress.TotalSteps) return;
        _refreshedAt = now;
        _line.Losses = LossesOf(metrics);
        _display?.Refresh();
    }

    /// <inheritdoc/>
    public void Noted(string line) => console.Write(new LineAbove(line));

    private static Metric[] LossesOf(ReadOnlySpan<Metric> metrics)
    {
        var losses = new List<Metric>();
        foreach (Metric metric in metrics)
        {
            if (metric.Name.EndsWith("loss", StringComparison.OrdinalIgnoreCase)) losses.Add(metric);
        }

        return losses.Take(MostLosses).ToArray();
    }

    private static long TenthAt(RunProgress progress) => progress.Step * Tenths / Math.Max(1, progress.TotalSteps);

    // Spectre.Console writes over the live line without erasing it, and breaks long lines where a path could no longer be copied.
    private sealed class LineAbove(string text) : Renderable
    {
        private const string EraseLine = "\e[2K";

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [Segment.Control(EraseLine), new Segment(text), Segment.LineBreak];
    }
}
