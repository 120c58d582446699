using System;

namespace Cim.Vulkan.Training;

/// <summary>Keeps a run's <see cref="Name"/>: one line a logged step, and one for each of the other measurements.</summary>
public sealed class MetricsFile : IRunObserver, IDisposable
{
    /// <summary>The file in the run's folder.</summary>
    public const string Name = "metrics.jsonl";

    private MetricsWriter? _writer;

    /// <inheritdoc/>
    public void Begins(RunStart run) => _writer = MetricsWriter.Open(run.Folder.FileSystem, run.Folder.File(Name), run.StepsDone);

    /// <inheritdoc/>
    public void Measured(long step, ReadOnlySpan<Metric> metrics) => _writer?.Write(step, metrics);

    /// <inheritdoc/>
    public void Saved(long step) => _writer?.FlushToDisk();

    /// <inheritdoc/>
    public void Ends(RunOutcome outcome) => _writer?.FlushToDisk();

    /// <inheritdoc/>
    public void Dispose() => _writer?.Dispose();
}
