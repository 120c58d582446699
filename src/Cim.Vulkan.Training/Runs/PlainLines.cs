using System;

namespace Cim.Vulkan.Training;

/// <summary>Shows a run as plain lines: notes, and one line a logged step.</summary>
/// <param name="write">Takes a line.</param>
public sealed class PlainLines(Action<string> write) : IRunObserver
{
    private bool _saysCompiling;

    /// <inheritdoc/>
    public void Compiling(int made, int total)
    {
        if (!_saysCompiling) write($"compiling {total} kernels for this device, {made} are done");
        _saysCompiling = made < total;
    }

    /// <inheritdoc/>
    public void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
    {
        if (progress.IsLogged) write(ProgressLine.Format(progress.Step, progress.TotalSteps, metrics, progress.ImagesPerSecond, progress.Remaining));
    }

    /// <inheritdoc/>
    public void Noted(string line) => write(line);
}
