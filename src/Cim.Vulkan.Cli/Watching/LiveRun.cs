using System;
using Cim.Vulkan.Training;
using Spectre.Console;

namespace Cim.Vulkan.Cli;

/// <summary>Shows a run on a terminal: a line that stays at the bottom, and above it the notes and a line at each tenth of the run.</summary>
/// <param name="console">The terminal.</param>
internal sealed class LiveRun(IAnsiConsole console) : IRunObserver
{
    private const int Tenths = 10;
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
    public void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
    {
        _line.Progress = progress;
        if (TenthAt(progress) != _tenth)
        {
            _tenth = TenthAt(progress);
            Noted(ProgressLine.Format(progress.Step, progress.TotalSteps, metrics, progress.ImagesPerSecond, progress.Remaining));
        }

        long now = Environment.TickCount64;
        if (now - _refreshedAt < RefreshMilliseconds && progress.Step < progress.TotalSteps) return;
        _refreshedAt = now;
        _line.SetLosses(metrics);
        _display?.Refresh();
    }

    /// <inheritdoc/>
    public void Noted(string line) => console.WriteLine(line);

    private static long TenthAt(RunProgress progress) => progress.Step * Tenths / Math.Max(1, progress.TotalSteps);
}
