using System;

namespace Cim.Vulkan.Training;

/// <summary>Shows some of the logged steps only: all of them are measured, but that many lines nobody reads.</summary>
/// <param name="inner">Is told everything, with the other steps as not logged.</param>
/// <param name="lines">About how many lines a run has.</param>
internal sealed class FewerLines(IRunObserver inner, int lines) : IRunObserver
{
    /// <inheritdoc/>
    public void Begins(RunStart run) => inner.Begins(run);

    /// <inheritdoc/>
    public void Compiling(int made, int total) => inner.Compiling(made, total);

    /// <inheritdoc/>
    public void Stepped(in RunProgress progress, ReadOnlySpan<Metric> metrics)
    {
        long every = Math.Max(1, progress.TotalSteps / lines);
        bool isShown = progress.Step == 1 || progress.Step == progress.TotalSteps || progress.Step % every == 0;
        inner.Stepped(progress with { IsLogged = progress.IsLogged && isShown }, metrics);
    }

    /// <inheritdoc/>
    public void Measured(long step, ReadOnlySpan<Metric> metrics) => inner.Measured(step, metrics);

    /// <inheritdoc/>
    public void PictureWritten(long step, string path) => inner.PictureWritten(step, path);

    /// <inheritdoc/>
    public void Noted(string line) => inner.Noted(line);

    /// <inheritdoc/>
    public void Saved(long step) => inner.Saved(step);

    /// <inheritdoc/>
    public void Ends(RunOutcome outcome) => inner.Ends(outcome);
}
