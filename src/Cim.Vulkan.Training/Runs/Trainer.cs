using System;
using System.Collections.Generic;
using System.Threading;
using Cim.Vulkan.Data;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>
/// What tokenizer training and CIM pre-training have in common: batches in, steps to the device, metrics back one step later.
/// A step is one or more forward passes and one update. The path of a step allocates no managed memory.
/// </summary>
public abstract class Trainer : IDisposable
{
    private readonly RunOptions _options;
    private Program? _pendingProgram;
    private StepTicket _pendingTicket;
    private StepTicket _updateTicket;
    private bool _hasUpdateTicket;
    private StepMetrics _collecting;
    private StepMetrics _finished;
    private long _batchPosition = -1;

    /// <summary>Takes the device and the pictures.</summary>
    /// <param name="device">Where the steps run.</param>
    /// <param name="options">The run's options.</param>
    /// <param name="loader">Batches of the run.</param>
    /// <param name="loading">How programs are loaded; null for the defaults.</param>
    /// <param name="metrics">Names of the numbers of a step.</param>
    protected Trainer(GpuDevice device, RunOptions options, BatchLoader loader, ProgramOptions? loading, params ReadOnlySpan<string> metrics)
    {
        Loading = loading ?? new ProgramOptions();
        Memory = new PersistentMemory(device);
        Profile = DeviceProfiles.Of(device.Capabilities);
        Precision = options.Precision.On(Profile);
        Loader = loader;
        _options = options;
        _collecting = new StepMetrics(metrics);
        _finished = new StepMetrics(metrics);
    }

    /// <summary>Parameters and optimizer state.</summary>
    public PersistentMemory Memory { get; }

    /// <summary>Batches of the run.</summary>
    public BatchLoader Loader { get; }

    /// <summary>The name of the device that the steps run on.</summary>
    public string DeviceName => Profile.Name;

    /// <summary>How programs are loaded.</summary>
    protected ProgramOptions Loading { get; }

    /// <summary>What the device is like.</summary>
    protected DeviceProfile Profile { get; }

    /// <summary>The numbers of the newest step that has come back; its <c>Step</c> is -1 before the first.</summary>
    public StepMetrics Metrics => _finished;

    /// <summary>In which type the steps multiply.</summary>
    public Precision Precision { get; }

    /// <summary>How the steps are planned.</summary>
    protected PlannerOptions Planning => _options.PlanningOn(Profile);

    /// <summary>Whether gradients pass through fp16, whose smallest numbers want a scaled loss.</summary>
    protected bool ScalesLosses => Precision == Precision.Float16;

    /// <summary>The loss of the newest step that has come back, by which checkpoints are compared.</summary>
    public abstract double Loss { get; }

    /// <summary>Steps that were skipped one after the other up to the newest that has come back: loss or gradient were not finite.</summary>
    public long SkippedInRow { get; private set; }

    /// <summary>Device time of the newest step that has come back, in milliseconds.</summary>
    public double DeviceMilliseconds { get; private set; }

    /// <summary>Everything a checkpoint must hold beside the step's number.</summary>
    public abstract IReadOnlyList<NamedTensor> CheckpointTensors();

    /// <summary>Takes up a checkpoint's tensors.</summary>
    /// <param name="file">From <see cref="CheckpointTensors"/>.</param>
    public abstract void Restore(SafetensorsFile file);

    /// <summary>Draws the pictures that show where training stands.</summary>
    /// <param name="fileSystem">The seam for writes.</param>
    /// <param name="path">The PNG file.</param>
    public abstract void WriteGrid(IFileSystem fileSystem, string path);

    /// <summary>Writes what the run is for.</summary>
    /// <param name="fileSystem">The seam for writes.</param>
    /// <param name="folder">The run's folder.</param>
    /// <returns>One line about what was written.</returns>
    public abstract string Export(IFileSystem fileSystem, string folder);

    /// <summary>Hands a step to the device and takes in the one before.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <exception cref="OperationCanceledException">Cancelled while the step's kernels were compiled; nothing of the step was run.</exception>
    public void Step(long step)
    {
        for (int pass = 0; pass < _options.Accumulate; pass++)
        {
            ImageBatch batch = NextBatch((step * _options.Accumulate) + pass);
            // A step is done whole or not at all: once a pass is under way, the others' programs are loaded to their end.
            Program program = ForwardProgram(batch, pass == 0 ? Loading : Loading with { Cancellation = CancellationToken.None });
            program.BeginStep();
            Fill(program, batch, step, pass);
            StepTicket ticket = program.Submit();
            CollectPending(isLastOfStep: pass == 0);
            (_pendingProgram, _pendingTicket) = (program, ticket);
            if (pass == 0) _collecting.Begin(step);
        }
        if (UpdateProgram is null) return;
        UpdateProgram.BeginStep();
        FillUpdate(UpdateProgram, step);
        _updateTicket = UpdateProgram.Submit();
        _hasUpdateTicket = true;
    }

    /// <summary>Runs a step's forward and backward passes again and names the first tensor that is not finite; nothing is changed by it.</summary>
    /// <param name="step">The step, right after it was skipped: weights are still those that it saw.</param>
    /// <returns>The tensor with what is wrong in it; null where every one is finite.</returns>
    public string? FindBadTensor(long step)
    {
        Finish();
        for (int pass = 0; pass < _options.Accumulate; pass++)
        {
            ImageBatch batch = NextBatch((step * _options.Accumulate) + pass);
            int taken = pass;
            var search = new FiniteSearch(Memory, Profile, Planning, () => DescribePasses(batch), program => Fill(program, batch, step, taken));
            if (search.FindFirst() is { } found) return found;
        }
        return null;
    }

    /// <summary>Waits for the last step and takes its numbers in.</summary>
    public void Finish() => CollectPending(isLastOfStep: true);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>The program that applies accumulated gradients; null where the forward program updates by itself.</summary>
    protected virtual Program? UpdateProgram => null;

    /// <summary>The batch whose program runs or ran last.</summary>
    protected ImageBatch? LastBatch { get; private set; }

    /// <summary>The program of a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="loading">How the program is loaded where it is not yet.</param>
    protected abstract Program ForwardProgram(ImageBatch batch, ProgramOptions loading);

    /// <summary>Describes forward and backward pass of a batch without the update.</summary>
    /// <param name="batch">The batch.</param>
    /// <returns>The loss' and the gradients' names by their tensors; all belong to one new graph.</returns>
    protected abstract StepDescription DescribePasses(ImageBatch batch);

    /// <summary>Fills the inputs of a forward pass.</summary>
    /// <param name="program">From <see cref="ForwardProgram"/>.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="pass">Number of the forward pass within the step.</param>
    protected abstract void Fill(Program program, ImageBatch batch, long step, int pass);

    /// <summary>Fills the inputs of an update.</summary>
    /// <param name="program">The update program.</param>
    /// <param name="step">Number of the step.</param>
    protected virtual void FillUpdate(Program program, long step)
    {
    }

    /// <summary>Reads the numbers of a forward pass.</summary>
    /// <param name="program">The program.</param>
    /// <param name="ticket">The pass.</param>
    /// <param name="metrics">Takes them.</param>
    protected abstract void Collect(Program program, StepTicket ticket, StepMetrics metrics);

    /// <summary>Reads the numbers of an update that has a program of its own.</summary>
    /// <param name="program">The program.</param>
    /// <param name="ticket">The update.</param>
    /// <param name="metrics">Takes them.</param>
    protected virtual void CollectUpdate(Program program, StepTicket ticket, StepMetrics metrics)
    {
    }

    /// <summary>Takes in what the guard counted: steps applied, skipped, skipped in a row.</summary>
    /// <param name="counters">The guard's counters after the step.</param>
    /// <returns>All skipped steps.</returns>
    protected double TakeCounters(ReadOnlySpan<uint> counters)
    {
        SkippedInRow = counters[2];
        return counters[1];
    }

    /// <summary>One over the scale of the gradients whose norms came back with the guard's counters.</summary>
    /// <param name="counters">The guard's counters after the step.</param>
    protected static float UnscaleOf(ReadOnlySpan<uint> counters) => BitConverter.UInt32BitsToSingle(counters[StepCounters.UnscaleSlot]);

    /// <summary>Gives the guard's counters their first values, or those of a checkpoint; one from before losses were scaled has only the first four.</summary>
    /// <param name="counters">From <see cref="StepCounters.Buffer"/>.</param>
    /// <param name="stored">A checkpoint's; null for the first.</param>
    protected void SetCounters(PersistentBuffer counters, uint[]? stored = null)
    {
        uint[] words = StepCounters.First(ScalesLosses);
        stored?.AsSpan(0, Math.Min(stored.Length, words.Length)).CopyTo(words);
        Memory.Write<uint>(counters, 0, words);
    }

    /// <summary>Frees the device's memory and ends the loader.</summary>
    /// <param name="disposing">Whether called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Loader.Dispose();
        Memory.Dispose();
    }

    /// <summary>The options that a step is described with: its pictures come as the loader delivers them.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="loader">Batches of the run.</param>
    protected static T WithPicturesOf<T>(T options, BatchLoader loader)
        where T : RunOptions
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { Augmentation = options.Augmentation.As(loader) };
    }

    // Batches follow from the position alone, so a resumed run sees the same ones.
    private ImageBatch NextBatch(long position)
    {
        if (position != _batchPosition + 1 || _batchPosition < 0)
            Loader.StartAt((int)(position / Loader.StepsPerEpoch), (int)(position % Loader.StepsPerEpoch));
        _batchPosition = position;
        return LastBatch = Loader.Next();
    }

    private void CollectPending(bool isLastOfStep)
    {
        if (_pendingProgram is null) return;
        Collect(_pendingProgram, _pendingTicket, _collecting);
        DeviceMilliseconds = _pendingProgram.DeviceMilliseconds(_pendingTicket);
        _pendingProgram = null;
        if (!isLastOfStep) return;
        if (_hasUpdateTicket)
        {
            CollectUpdate(UpdateProgram!, _updateTicket, _collecting);
            DeviceMilliseconds = (DeviceMilliseconds * _options.Accumulate) + UpdateProgram!.DeviceMilliseconds(_updateTicket);
            _hasUpdateTicket = false;
        }
        (_collecting, _finished) = (_finished, _collecting);
    }
}
