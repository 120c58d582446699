using System;
using System.Globalization;
using System.Threading;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>Probes the enhancer of a run between its steps: it reads the weights in training and changes nothing of the run.</summary>
public sealed class LiveProbe : IDisposable
{
    private const int MostBatch = 64;

    private readonly CimPretrainer _trainer;
    private readonly FrozenProbe _probe;

    /// <summary>Plans the measuring before the first step, so that what does not fit is said then.</summary>
    /// <param name="trainer">Holds the enhancer.</param>
    /// <param name="data">From <see cref="DataOf"/>.</param>
    /// <param name="options">Of the run.</param>
    public LiveProbe(CimPretrainer trainer, ProbeData data, CimPretrainOptions options)
    {
        (_trainer, Every) = (trainer, options.ProbeEvery);
        // Training names the pictures that cannot be decoded.
        Action<string>? log = null;
        _probe = new FrozenProbe(trainer.Memory, trainer.Models.Enhancer.Trunk, options.ImageSize, data, options.Seed, Math.Min(MostBatch, options.Batch), log);
    }

    /// <summary>Steps between probes.</summary>
    public int Every { get; }

    /// <summary>The pictures that a run's options ask to probe with; null where they ask for no probe.</summary>
    /// <param name="options">Of the run.</param>
    /// <exception cref="DatasetException">The pictures cannot be used for a probe.</exception>
    public static ProbeData? DataOf(CimPretrainOptions options) => options.ProbeEvery == 0
        ? null
        : ProbeData.Open(options.ProbeData.Length > 0 ? options.ProbeData : options.Data, null, options.ProbePictures, options.Seed);

    /// <summary>Measures the weights after so many steps; a run that is told to stop does not wait for it.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="observers">Are told what was measured.</param>
    /// <param name="cancellation">Gives the measuring up.</param>
    public void Measure(long steps, IRunObserver observers, CancellationToken cancellation)
    {
        _trainer.Finish();
        try
        {
            ProbeScores scores = _probe.Measure(cancellation);
            observers.Measured(steps, [new Metric("probeAccuracy", scores.LinearAccuracy), new Metric("knnAccuracy", scores.KnnAccuracy), new Metric("probeChance", scores.Chance)]);
            observers.Noted(string.Create(CultureInfo.InvariantCulture,
                $"probe after {steps} steps: linear {100 * scores.LinearAccuracy:F1} %, nearest neighbours {100 * scores.KnnAccuracy:F1} %, chance {100 * scores.Chance:F1} % ({scores.MeasuredPictures} pictures)"));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            observers.Noted($"probe after {steps} steps: given up to stop");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _probe.Dispose();
}
