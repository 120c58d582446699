using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;

namespace Cim.Vulkan.Training;

/// <summary>How a run ended.</summary>
/// <param name="Step">Steps done, those of earlier starts included.</param>
/// <param name="IsComplete">Whether all steps of the run are done.</param>
/// <param name="ImagesPerSecond">Over the last steps.</param>
/// <param name="Seconds">Of this start.</param>
public sealed record RunOutcome(long Step, bool IsComplete, double ImagesPerSecond, double Seconds);

/// <summary>
/// A run from its first or next step to its end: steps, picture grids, checkpoints. What is trained is the trainer's business, and what is
/// shown of it that of its observers.
/// </summary>
public sealed class TrainingRun
{
    private readonly RunFolder _folder;
    private readonly RunOptions _options;
    private readonly RunIdentity _identity;
    private readonly RunLength _length;
    private readonly Trainer _trainer;
    private readonly IRunObserver _observers;
    private readonly CheckpointStore _checkpoints;
    private readonly Throughput _throughput;
    private readonly StepWatch _watch;
    private readonly Metric[] _line;
    private long _counted;
    private long _logged;
    private long _saved = -1;

    /// <summary>Puts a run together.</summary>
    /// <param name="folder">The run's folder, held by this process.</param>
    /// <param name="identity">What is run.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="length">Steps of the run.</param>
    /// <param name="trainer">What is trained.</param>
    /// <param name="observers">Are told what happens.</param>
    /// <param name="clock">The seam for the clock.</param>
    public TrainingRun(RunFolder folder, RunIdentity identity, RunOptions options, RunLength length, Trainer trainer, IRunObserver observers, TimeProvider? clock = null)
    {
        (_folder, _identity, _options, _length, _trainer, _observers) = (folder, identity, options, length, trainer, observers);
        _checkpoints = new CheckpointStore(folder, options.KeepCheckpoints, observers.Noted);
        _watch = new StepWatch(trainer, options.CheckFinite, observers.Noted);
        _throughput = new Throughput(clock ?? TimeProvider.System);
        _line = new Metric[trainer.Metrics.Values.Length + 4];
    }

    /// <summary>Measures what is trained every so many steps; null for no measuring.</summary>
    public LiveProbe? Probe { get; init; }

    /// <summary>Runs until the end, or until it is told to stop; either way the last step is saved.</summary>
    /// <param name="resume">Whether to go on from the newest checkpoint.</param>
    /// <param name="stopAfter">Stops after so many steps of the run; null for none.</param>
    /// <param name="cancellation">Stops after the step under way.</param>
    /// <exception cref="DivergenceException">Step after step is not finite.</exception>
    public RunOutcome Execute(bool resume, long? stopAfter, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        long step = resume ? Restore() : 0;
        long end = Math.Min(_length.TotalSteps, stopAfter ?? long.MaxValue);
        _observers.Begins(new RunStart(_folder, _identity.Kind, _trainer.DeviceName, step, _length.TotalSteps));
        if (step == 0) Probe?.Measure(0, _observers, cancellation);
        _throughput.Restart();
        for (; step < end && !cancellation.IsCancellationRequested; step++)
        {
            if (!TryStep(step, cancellation)) break;
            _watch.Look();
            if (_watch.IsDiverged) throw Diverged(step + 1);
            Report(isLast: false);
            if (IsDue(_options.GridEvery, step)) Pause(() => WriteGrid(step + 1));
            if (Probe is not null && IsDue(Probe.Every, step)) Pause(() => Probe.Measure(step + 1, _observers, cancellation));
            if (IsDue(_options.SaveEvery, step) && step + 1 < end) Pause(() => Save(step + 1));
        }
        _trainer.Finish();
        Report(isLast: true);
        if (_options.GridEvery > 0 && !cancellation.IsCancellationRequested) WriteGrid(step);
        Save(step);
        var outcome = new RunOutcome(step, step == _length.TotalSteps, _throughput.ImagesPerSecond, clock.Elapsed.TotalSeconds);
        _observers.Ends(outcome);
        return outcome;
    }

    // Told to stop before the step began, while its kernels were compiled.
    private bool TryStep(long step, CancellationToken cancellation)
    {
        try
        {
            _trainer.Step(step);
            return true;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private long Restore()
    {
        using CheckpointContents? checkpoint = _checkpoints.LoadLatest();
        if (checkpoint is null)
        {
            _observers.Noted("nothing to resume yet: starting at step 0");
            return 0;
        }
        _trainer.Restore(checkpoint.Tensors);
        _watch.Loss.Restore(checkpoint.State.Numbers);
        _observers.Noted($"resumed from {checkpoint.Path} at step {checkpoint.State.Step}");
        return _saved = checkpoint.State.Step;
    }

    private static bool IsDue(int every, long step) => every > 0 && (step + 1) % every == 0;

    // What is not training must not count into images per second; the step under way still does.
    private void Pause(Action action)
    {
        _trainer.Finish();
        Report(isLast: false);
        _throughput.Without(action);
    }

    // A step is counted when it comes back from the device, not when it is handed over: that is one step later.
    private void Report(bool isLast)
    {
        StepMetrics finished = _trainer.Metrics;
        long done = finished.Step + 1;
        bool isNew = done > 0 && done != _counted;
        bool isLogged = done > 0 && done != _logged && (isLast || done == 1 || done % _options.LogEvery == 0);
        if (!isNew && !isLogged) return;
        if (isNew) _throughput.Add(_options.ImagesPerStep);
        _counted = done;
        _observers.Stepped(new RunProgress(done, _length.TotalSteps, _throughput.ImagesPerSecond, _throughput.TimeFor(_length.TotalSteps - done), isLogged), finished.Values);
        if (!isLogged) return;
        _logged = done;
        finished.Values.CopyTo(_line);
        int count = finished.Values.Length;
        _line[count] = new Metric("imagesPerSecond", _throughput.ImagesPerSecond);
        _line[count + 1] = new Metric("deviceMilliseconds", _trainer.DeviceMilliseconds);
        _line[count + 2] = new Metric("deviceShare", Math.Min(1, _trainer.DeviceMilliseconds * _throughput.StepsPerSecond / 1000));
        _line[count + 3] = new Metric("epoch", (double)done / _length.StepsPerEpoch);
        _observers.Measured(done, _line);
    }

    private void WriteGrid(long step)
    {
        string folder = _folder.File("grids");
        _folder.FileSystem.CreateFolder(folder);
        string path = Path.Combine(folder, $"step-{step:D8}.png");
        _trainer.WriteGrid(_folder.FileSystem, path);
        _observers.PictureWritten(step, path);
    }

    private void Save(long step)
    {
        if (step == _saved) return;
        _trainer.Finish();
        _watch.Look();
        (long epoch, long batch) = _length.At(step);
        var state = new CheckpointState { Kind = _identity.Kind, Step = step, Epoch = epoch, BatchInEpoch = batch, Seed = _options.Seed, Options = _identity.Options };
        _watch.Loss.Store(state.Numbers);
        string path = _checkpoints.Save(state, _trainer.CheckpointTensors());
        _saved = step;
        _observers.Saved(step);
        _observers.Noted($"saved {path}");
    }

    // The guard kept every skipped step from the weights. Should they be bad all the same, none of the checkpoints before makes room for them.
    private DivergenceException Diverged(long step)
    {
        _trainer.Finish();
        if (_trainer.CheckpointTensors().All(IsFinite)) Save(step);
        string kept = _saved < 0 ? "no checkpoint was saved before" : $"the checkpoint of step {_saved} is kept";
        return new DivergenceException($"{StepWatch.MostSkippedInRow} steps in a row were not finite, the run is stopped at step {step}; {kept}: train anew with a lower --learning-rate, --check-finite names the first bad tensor");
    }

    private static bool IsFinite(NamedTensor tensor)
    {
        if (tensor.Type != SafetensorsType.F32) return true;
        foreach (float value in MemoryMarshal.Cast<byte, float>(tensor.Read().Span))
            if (!float.IsFinite(value)) return false;
        return true;
    }
}
