using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Runtime;

/// <summary>
/// A plan on a device: memory, pipelines, recorded commands. A step is: fill the inputs, submit, and one or two steps later look at the metrics.
/// Two slots of inputs and metrics let the host prepare a step while the device runs the one before; no step allocates managed memory.
/// </summary>
public sealed class Program : IDisposable
{
    /// <summary>How many steps may be under way at once.</summary>
    public const int SlotCount = 2;

    private readonly PersistentMemory _memory;
    private readonly string _name;
    private readonly GpuBuffer[] _buffers;
    private readonly HashSet<GpuBuffer> _owned = new();
    private readonly Dictionary<string, PlanTensor> _inputs;
    private readonly Dictionary<string, PlanTensor> _outputs;
    private readonly Dictionary<string, long> _metricOffsets = new();
    private readonly ProgramSlot[] _slots = new ProgramSlot[SlotCount];
    private readonly PersistentBuffer[] _copies, _writtenCopies;
    private readonly StepRecorder _recorder;
    private readonly PreparedState _prepared;
    private readonly long _inputBytes;
    private int _next;
    private long _begun;
    private bool _disposed;

    private Program(PersistentMemory memory, ExecutionPlan plan, ProgramOptions options)
    {
        _memory = memory;
        _name = options.Name;
        Plan = plan;
        _buffers = new GpuBuffer[plan.Buffers.Count];
        _inputs = plan.Inputs.ToDictionary(input => input.Name);
        _outputs = plan.Outputs.ToDictionary(output => output.Name);
        _copies = plan.Buffers.Select(buffer => buffer.Persistent).OfType<PersistentBuffer>().Where(buffer => buffer.Original is not null).ToArray();
        _writtenCopies = plan.Steps.SelectMany(step => step.Accesses).Where(access => access.Access != KernelAccess.Read)
            .Select(access => plan.Buffers[access.Range.Buffer].Persistent).OfType<PersistentBuffer>().Intersect(_copies).ToArray();
        CheckMemory(memory.Device, plan, options.Name);
        // Before any memory is taken: this may fail or be cancelled.
        PipelineSet pipelines = PipelineSet.Make(plan.AllCommands.ToArray(), call => memory.Device.GetPipeline(PipelineDescriptions.Of(call)), options.PipelinesMade, options.Cancellation, PipelineSet.MostThreads(memory.Device));
        foreach (PlanBuffer buffer in plan.Buffers) _buffers[buffer.Index] = Allocate(buffer);
        _recorder = new StepRecorder(pipelines, _buffers);
        foreach (PlanTensor constant in plan.Constants) memory.Transfers.Write(_recorder.RangeOf(constant.Range), constant.Tensor.ConstantBytes);
        _prepared = new PreparedState(memory, plan);
        Timings = options.TimeLaunches ? new LaunchTimings(memory.Device, plan.Steps, "launch timings") : null;
        PreparationTimings = options.TimeLaunches && plan.Preparation.Count > 0 ? new LaunchTimings(memory.Device, plan.Preparation, "launch timings of the preparation") : null;
        _inputBytes = plan.Buffers.Where(buffer => buffer.Kind == PlanBufferKind.Inputs).Sum(buffer => buffer.SizeBytes);
        long metricBytes = LayOutMetrics(options.MetricBytes);
        for (int i = 0; i < SlotCount; i++) _slots[i] = new ProgramSlot(this, i, plan.Preparation.Count == 0 ? [] : RecordSlices(plan.Preparation, PreparationTimings, options), RecordSlices(plan.Steps, Timings, options), metricBytes);
    }

    /// <summary>The plan that runs.</summary>
    public ExecutionPlan Plan { get; }

    /// <summary>The device that runs it.</summary>
    public GpuDevice Device => _memory.Device;

    /// <summary>Times of single launches, where <see cref="ProgramOptions.TimeLaunches"/> asked for them.</summary>
    public LaunchTimings? Timings { get; }

    /// <summary>
    /// Times of single launches of the preparation when it was last done, beside <see cref="Timings"/>; null where there is nothing to prepare.
    /// </summary>
    public LaunchTimings? PreparationTimings { get; }

    /// <summary>How often the preparation was done: before the first step, and before a step for which something that it reads had changed.</summary>
    public long PreparationCount { get; private set; }

    /// <summary>What the host spent on handing the newest step over: <see cref="Submit"/> from call to return, without filling inputs and without waiting.</summary>
    public TimeSpan SubmitTime { get; private set; }

    /// <summary>What the caller of the newest step spent between <see cref="BeginStep"/> and <see cref="Submit"/>: filling inputs.</summary>
    public TimeSpan FillTime { get; private set; }

    internal StepRecorder Recorder => _recorder;

    internal IReadOnlyDictionary<string, long> MetricOffsets => _metricOffsets;

    internal GpuBuffer? InputBuffer => _inputBytes == 0 ? null : _buffers[Plan.Buffers.First(buffer => buffer.Kind == PlanBufferKind.Inputs).Index];

    internal string Name => _name;

    internal long InputBytes => _inputBytes;

    /// <summary>Submits that a step is cut into; a preparation takes its own.</summary>
    public int SubmitCount => _slots[0].SubmitCount;

    /// <summary>Loads a plan.</summary>
    /// <param name="memory">Persistent buffers, shared with other programs.</param>
    /// <param name="plan">A plan made for the device's profile.</param>
    /// <param name="options">Name and switches; null for the defaults.</param>
    /// <exception cref="DeviceMemoryException">The plan needs more memory than is free; said before anything runs.</exception>
    /// <exception cref="VulkanException">The driver cannot make one of the pipelines; the message names it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while pipelines were made.</exception>
    public static Program Load(PersistentMemory memory, ExecutionPlan plan, ProgramOptions? options = null) => new(memory, plan, options ?? new ProgramOptions());

    /// <summary>Makes the pipelines of several plans side by side, so that loading them does not compile one after the other.</summary>
    /// <param name="device">The device.</param>
    /// <param name="plans">The plans.</param>
    /// <param name="options">Progress and cancellation.</param>
    /// <exception cref="VulkanException">The driver cannot make one of the pipelines; the message names it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void MakePipelines(GpuDevice device, IEnumerable<ExecutionPlan> plans, ProgramOptions options) =>
        PipelineSet.Make(plans.SelectMany(plan => plan.AllCommands).ToArray(), call => device.GetPipeline(PipelineDescriptions.Of(call)), options.PipelinesMade, options.Cancellation, PipelineSet.MostThreads(device));

    /// <summary>Waits until the next step's slot is free; afterwards its inputs may be filled.</summary>
    public void BeginStep()
    {
        ThrowIfDisposed();
        ProgramSlot slot = _slots[_next];
        if (slot.Submitted > 0) Device.Wait(slot.Submitted, _name);
        _begun = Stopwatch.GetTimestamp();
    }

    /// <summary>The next step's values of an input, to be filled before <see cref="Submit"/>.</summary>
    /// <typeparam name="T">Element type: float, int or uint.</typeparam>
    /// <param name="name">The input's name.</param>
    /// <exception cref="ArgumentException">The program has no such input.</exception>
    public Span<T> Input<T>(string name)
        where T : unmanaged
    {
        ThrowIfDisposed();
        if (!_inputs.TryGetValue(name, out PlanTensor? input)) throw new ArgumentException($"{_name}: there is no input named {name}", nameof(name));
        return MemoryMarshal.Cast<byte, T>(_slots[_next].Upload!.Mapped.Slice((int)input.Range.OffsetBytes, (int)input.Range.SizeBytes));
    }

    /// <summary>
    /// Says that only the first elements of an input count in the next step, so that what follows, about, need not be carried over: for one input, whose
    /// length changes from step to step. What the step finds there is what an earlier one left.
    /// </summary>
    /// <param name="name">The input's name, the same for all steps.</param>
    /// <param name="elements">Elements of 32 bits that count.</param>
    /// <exception cref="ArgumentException">The program has no such input, or the input has not so many elements.</exception>
    public void UseBeginning(string name, int elements)
    {
        ThrowIfDisposed();
        if (!_inputs.TryGetValue(name, out PlanTensor? input) || elements < 0 || elements > input.Tensor.Count)
            throw new ArgumentException($"{_name}: there is no input named {name} with {elements} elements", nameof(name));
        _slots[_next].UploadBeginningOf(input, (long)elements * sizeof(uint));
    }

    /// <summary>Whether the program has an input of that name; an input that no op uses is kept too.</summary>
    /// <param name="name">The input's name.</param>
    public bool HasInput(string name) => _inputs.ContainsKey(name);

    /// <summary>Sets a step scalar of the next step.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="value">Its value.</param>
    public void Set(StepScalar scalar, float value) => Input<float>("step_scalars")[scalar.Slot] = value;

    /// <summary>Sets seed and step number of the next step, which key every random draw.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="step">Number of the step.</param>
    public void SetStep(ulong seed, uint step)
    {
        Span<uint> words = Input<uint>("step_scalars");
        words[StepScalars.SeedSlot] = (uint)seed;
        words[StepScalars.SeedSlot + 1] = (uint)(seed >> 32);
        words[StepScalars.StepSlot] = step;
    }

    /// <summary>Hands the next step to the device.</summary>
    public StepTicket Submit()
    {
        ThrowIfDisposed();
        long filled = Stopwatch.GetTimestamp();
        foreach (PersistentBuffer copy in _copies) _memory.Refresh(copy);
        ProgramSlot slot = _slots[_next];
        bool prepares = _prepared.IsNeeded;
        _prepared.NoteStep();
        foreach (PersistentBuffer copy in _writtenCopies) _memory.NoteCopied(copy);
        ulong value = slot.Submit(prepares);
        if (prepares)
        {
            _prepared.NotePrepared();
            PreparationCount++;
        }
        var ticket = new StepTicket(value, _next);
        _next = (_next + 1) % SlotCount;
        FillTime = Since(_begun, filled);
        SubmitTime = Since(filled, Stopwatch.GetTimestamp());
        return ticket;
    }

    /// <summary>Waits until a step is done.</summary>
    /// <param name="ticket">From <see cref="Submit"/>.</param>
    public void Wait(StepTicket ticket) => Device.Wait(ticket.Value, _name);

    /// <summary>A small output of a step that is done, without a transfer. Valid until the slot's next step, that is for <see cref="SlotCount"/> submits.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="ticket">From <see cref="Submit"/>.</param>
    /// <param name="name">The output's name.</param>
    public ReadOnlySpan<T> Metric<T>(StepTicket ticket, string name)
        where T : unmanaged
    {
        Wait(ticket);
        if (_slots[ticket.Slot].Submitted != ticket.Value) throw new InvalidOperationException($"{_name}: the metrics of this step are gone, its slot has been used again");
        if (!_metricOffsets.TryGetValue(name, out long offset)) throw new ArgumentException($"{_name}: {name} is no output small enough to come back with every step", nameof(name));
        return MemoryMarshal.Cast<byte, T>(_slots[ticket.Slot].Readback!.Mapped.Slice((int)offset, (int)_outputs[name].Range.SizeBytes));
    }

    /// <summary>Device time of a finished step in milliseconds.</summary>
    /// <param name="ticket">From <see cref="Submit"/>.</param>
    public double DeviceMilliseconds(StepTicket ticket)
    {
        Wait(ticket);
        return _slots[ticket.Slot].DeviceMilliseconds();
    }

    /// <summary>Reads any output of the last step; waits for it.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="name">The output's name.</param>
    public T[] Read<T>(string name)
        where T : unmanaged
    {
        if (!_outputs.TryGetValue(name, out PlanTensor? output)) throw new ArgumentException($"{_name}: there is no output named {name}", nameof(name));
        var bytes = new byte[output.Range.SizeBytes];
        _memory.Transfers.Read(_recorder.RangeOf(output.Range), bytes);
        return MemoryMarshal.Cast<byte, T>(bytes).ToArray();
    }

    /// <summary>Fills all that the program itself computes with a word, for tests that look at what a step leaves alone.</summary>
    internal void FillArena(uint word)
    {
        _prepared.Forget();
        using CommandRecorder recorder = Device.CreateRecorder("fill arena");
        foreach (PlanBuffer buffer in Plan.Buffers)
            if (buffer.Kind is PlanBufferKind.Arena or PlanBufferKind.Prepared) recorder.FillBuffer(_buffers[buffer.Index].Whole, word);
        using RecordedCommands commands = recorder.Finish();
        Device.Wait(Device.Submit(commands), "fill arena");
    }

    internal byte[] ReadBuffer(int index)
    {
        var bytes = new byte[_buffers[index].SizeBytes];
        _memory.Transfers.Read(_buffers[index].Whole, bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (ProgramSlot slot in _slots) slot.Dispose();
        Timings?.Dispose();
        PreparationTimings?.Dispose();
        foreach (GpuBuffer buffer in _owned) buffer.Dispose();
    }

    private static TimeSpan Since(long from, long to) => TimeSpan.FromTicks((long)((to - from) * (double)TimeSpan.TicksPerSecond / Stopwatch.Frequency));

    private static void CheckMemory(GpuDevice device, ExecutionPlan plan, string name)
    {
        long needed = plan.Memory.OwnBytes;
        long free = device.FreeBytes(MemoryDomain.Device);
        if (needed > free)
            throw new DeviceMemoryException($"{name}: needs {needed / 1073741824.0:F2} GiB beside its parameters, {device.Capabilities.Name} has {free / 1073741824.0:F2} GiB free; use a smaller batch");
    }

    private GpuBuffer Allocate(PlanBuffer buffer)
    {
        if (buffer.Persistent is not null) return _memory.Of(buffer.Persistent).Memory;
        GpuBuffer allocated = Device.CreateBuffer(buffer.SizeBytes, MemoryDomain.Device, $"{_name}.{buffer.Name}");
        _owned.Add(allocated);
        return allocated;
    }

    // Launches that are timed are asked for by benchmarks: one submit, so that all their timestamps belong together.
    private RecordedCommands[] RecordSlices(IReadOnlyList<PlanStep> steps, LaunchTimings? timings, ProgramOptions options)
    {
        IReadOnlyList<(int First, int Count)> slices = timings is not null
            ? new[] { (0, steps.Count) }
            : SubmitSlices.Cut(steps, options.EstimatedAs ?? Device.Capabilities.Type, options.SubmitMilliseconds);
        return slices.Select(slice => RecordSlice(steps, timings, options, slice.First, slice.Count)).ToArray();
    }

    private RecordedCommands RecordSlice(IReadOnlyList<PlanStep> steps, LaunchTimings? timings, ProgramOptions options, int first, int count)
    {
        using CommandRecorder recorder = Device.CreateRecorder(_name);
        if (first == 0)
        {
            timings?.Reset(recorder);
            recorder.MemoryBarrier(BarrierKind.Device);
        }
        _recorder.Record(recorder, steps, first, count, options.LeaveOutBarriers, timings is null ? null : index => timings.Begin(recorder, index));
        timings?.Begin(recorder, steps.Count);
        return recorder.Finish();
    }

    private long LayOutMetrics(int limitBytes)
    {
        long offset = 0;
        foreach (PlanTensor output in Plan.Outputs)
        {
            if (output.Range.SizeBytes > limitBytes) continue;
            _metricOffsets.Add(output.Name, offset);
            offset += (output.Range.SizeBytes + 15) / 16 * 16;
        }
        return offset;
    }

    private void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(_name);
    }
}
