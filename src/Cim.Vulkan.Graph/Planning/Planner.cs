using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Turns a graph into an <see cref="ExecutionPlan"/>: drops what nobody needs, lowers every op to kernel launches for a device,
/// gives every tensor a place, and puts barriers where declared accesses conflict. What comes out the same step after step is set apart, to be done once.
/// </summary>
public sealed class Planner
{
    private readonly DeviceProfile _device;
    private readonly PlannerOptions _options;
    private readonly TensorGraph _graph;
    private readonly List<LoweredStep> _lowered = new();
    private readonly List<PlanBuffer> _buffers = new();
    private readonly Dictionary<Tensor, PlanRange> _places = new();
    private readonly Dictionary<PersistentBuffer, int> _persistents = new();
    private readonly StorageMap _storage;
    private readonly IReadOnlyList<Op> _needed;

    private Planner(TensorGraph graph, DeviceProfile device, PlannerOptions options)
    {
        _graph = graph;
        _device = device;
        _options = options;
        _needed = FindNeeded(graph);
        Tensor[] outputs = graph.Outputs.Select(output => output.Tensor).ToArray();
        _storage = new StorageMap(_needed, outputs);
        if (options.Precision == Precision.Float32) return;
        _storage.StoreChannelsLast(ChannelsLast.Choose(_needed, _storage, outputs));
        _storage.StoreInHalf(HalfStorage.Choose(_needed, _storage, outputs, options.Precision));
    }

    /// <summary>Makes the plan of a graph for a device.</summary>
    /// <param name="graph">The program.</param>
    /// <param name="device">The device's limits and features.</param>
    /// <param name="options">Test switches; null for none.</param>
    /// <exception cref="PlanException">A tensor or a launch is larger than the device allows.</exception>
    public static ExecutionPlan Plan(TensorGraph graph, DeviceProfile device, PlannerOptions? options = null) =>
        new Planner(graph, device, options ?? new PlannerOptions()).Run();

    private ExecutionPlan Run()
    {
        var lowering = new Lowering(_device, _options, _lowered, _storage, new WeightCopies(_device, _options, _storage, _needed));
        foreach (Op op in _needed)
        {
            lowering.Begin(op);
            if (op.ViewOfInput < 0) op.Lower(lowering);
            lowering.End();
        }
        IReadOnlyList<PlanTensor> inputs = PlaceTogether(_graph.Inputs, PlanBufferKind.Inputs);
        HashSet<Tensor> touched = FindTouched();
        IReadOnlyList<PlanTensor> constants = PlaceTogether(_graph.Constants.Where(touched.Contains).ToArray(), PlanBufferKind.Constants);
        IEnumerable<Tensor> results = _graph.Outputs.Select(output => output.Tensor);
        SteadyWork work = _options.PreparesSteadyWork ? SteadyWork.Find(_lowered, _storage, results) : SteadyWork.None(_lowered, _storage);
        ArenaLayout prepared = PlaceResults(work.Preparation, work.Kept, PlanBufferKind.Prepared);
        // An output is read after the last command.
        ArenaLayout arena = PlaceResults(work.Steps, results, PlanBufferKind.Arena);
        IReadOnlyList<PlanStep> preparation = BarrierPlacer.Place(work.Preparation.Select(ToPlanStep).ToArray()), steps = BarrierPlacer.Place(work.Steps.Select(ToPlanStep).ToArray());
        PlanTensor[] outputs = _graph.Outputs.Select(output => new PlanTensor(output.Name, output.Tensor, PlaceOf(output.Tensor))).ToArray();
        return new ExecutionPlan(_buffers, preparation, steps, inputs, constants, outputs, MemoryOf(arena, prepared));
    }

    // Backwards from outputs and updates: what is not reached is dead.
    private static List<Op> FindNeeded(TensorGraph graph)
    {
        var needed = new HashSet<Tensor>(graph.Outputs.Select(output => output.Tensor));
        var ops = new List<Op>();
        foreach (Op op in graph.Ops.Reverse())
        {
            if (op.Mutated.Count == 0 && !op.Outputs.Any(needed.Contains)) continue;
            ops.Add(op);
            foreach (Tensor input in op.Inputs) needed.Add(input);
        }
        ops.Reverse();
        return ops;
    }

    private HashSet<Tensor> FindTouched()
    {
        var touched = new HashSet<Tensor>(_graph.Outputs.Select(output => _storage.Resolve(output.Tensor).Root));
        foreach (LoweredStep step in _lowered)
            foreach (Tensor tensor in step.Touched) touched.Add(_storage.Resolve(tensor).Root);
        return touched;
    }

    private List<PlanTensor> PlaceTogether(IReadOnlyList<Tensor> tensors, PlanBufferKind kind)
    {
        var placed = new List<PlanTensor>();
        long offset = 0;
        foreach (Tensor tensor in tensors)
        {
            var range = new PlanRange(_buffers.Count, offset, tensor.SizeBytes);
            _places[tensor] = range;
            placed.Add(new PlanTensor(tensor.Name, tensor, range));
            offset += ArenaLayout.Align(tensor.SizeBytes, _device.StorageAlignmentBytes);
        }
        if (offset > 0) _buffers.Add(new PlanBuffer(_buffers.Count, kind, kind.ToString().ToLowerInvariant(), offset));
        return placed;
    }

    // What is kept is read after the last of these commands.
    private ArenaLayout PlaceResults(IReadOnlyList<LoweredStep> steps, IEnumerable<Tensor> kept, PlanBufferKind kind)
    {
        var lifetimes = new Dictionary<Tensor, (int First, int Last)>();
        for (int step = 0; step < steps.Count; step++)
            foreach (Tensor tensor in steps[step].Touched) Extend(lifetimes, tensor, step);
        foreach (Tensor tensor in kept) Extend(lifetimes, tensor, steps.Count);
        var layout = ArenaLayout.Place(lifetimes.Select(entry => new ArenaRequest(entry.Key, _storage.SizeBytesOf(entry.Key), entry.Value.First, entry.Value.Last)).ToArray(), _device, _options);
        int first = _buffers.Count;
        for (int i = 0; i < layout.BufferBytes.Count; i++) _buffers.Add(new PlanBuffer(first + i, kind, $"{kind.ToString().ToLowerInvariant()}_{i}", layout.BufferBytes[i]));
        foreach (ArenaPlacement placement in layout.Placements)
            _places[placement.Request.Tensor] = new PlanRange(first + placement.Buffer, placement.OffsetBytes, placement.Request.SizeBytes);
        return layout;
    }

    private void Extend(Dictionary<Tensor, (int First, int Last)> lifetimes, Tensor tensor, int step)
    {
        Tensor root = _storage.Resolve(tensor).Root;
        // What was prepared has its place already.
        if (root.Source is not (TensorSource.Op or TensorSource.Scratch) || _places.ContainsKey(root)) return;
        lifetimes[root] = lifetimes.TryGetValue(root, out (int First, int Last) life) ? (Math.Min(life.First, step), Math.Max(life.Last, step)) : (step, step);
    }

    private PlanRange PlaceOf(Tensor tensor)
    {
        Storage storage = _storage.Resolve(tensor);
        if (storage.Root.Source == TensorSource.Persistent)
            return new PlanRange(BufferOf(storage.Root.Buffer!), storage.Root.BufferOffsetBytes + storage.OffsetBytes, tensor.SizeBytes);
        if (!_places.TryGetValue(storage.Root, out PlanRange range)) throw new InvalidOperationException($"planner: {tensor} is never written");
        return range with { OffsetBytes = range.OffsetBytes + storage.OffsetBytes, SizeBytes = _storage.SizeBytesOf(tensor) };
    }

    private int BufferOf(PersistentBuffer persistent)
    {
        if (_persistents.TryGetValue(persistent, out int index)) return index;
        index = _buffers.Count;
        _buffers.Add(new PlanBuffer(index, PlanBufferKind.Persistent, persistent.Name, persistent.SizeBytes, persistent));
        _persistents.Add(persistent, index);
        return index;
    }

    private PlanStep ToPlanStep(LoweredStep step)
    {
        string label = $"{step.Op.Name}_{step.Op.Index}";
        if (step.Call is null && step.Touched.Length == 1) return new FillStep(label, PlaceOf(step.Touched[0]), step.Word);
        if (step.Call is null)
        {
            PlanRange source = PlaceOf(step.Touched[0]), target = PlaceOf(step.Touched[1]);
            return new CopyStep(label, source with { OffsetBytes = source.OffsetBytes + step.SourceOffset, SizeBytes = step.CopyBytes },
                target with { OffsetBytes = target.OffsetBytes + step.TargetOffset, SizeBytes = step.CopyBytes });
        }
        KernelCall<Tensor> call = step.Call;
        PlanRange[] ranges = call.Operands.Select(PlaceOf).ToArray();
        for (int i = 0; i < ranges.Length; i++) CheckRange(label, call, i, ranges[i]);
        PlanAccess[] accesses = ranges.Select((range, i) => new PlanAccess(range, call.Kernel.Bindings[i].Access)).ToArray();
        var planned = new KernelCall<PlanRange>(call.Kernel, ranges, call.PushConstants, call.Specialization) { RequiredSubgroupSize = call.RequiredSubgroupSize };
        return new DispatchStep(label, accesses, planned, step.GroupsX, step.GroupsY, step.GroupsZ, step.Flops);
    }

    private void CheckRange(string label, KernelCall<Tensor> call, int operand, PlanRange range)
    {
        if (range.SizeBytes > _device.MaxStorageRangeBytes)
            throw new PlanException($"{label}: tensor {call.Operands[operand]} takes {range.SizeBytes / 1048576.0:F1} MiB, but {_device.Name} binds at most {_device.MaxStorageRangeBytes / 1048576.0:F1} MiB at once");
        if (range.OffsetBytes % _device.StorageAlignmentBytes != 0)
            throw new InvalidOperationException($"{label}: {call.Operands[operand]} begins at byte {range.OffsetBytes}, not a multiple of {_device.StorageAlignmentBytes}");
    }

    private PlanMemory MemoryOf(ArenaLayout arena, ArenaLayout prepared)
    {
        long Sum(params PlanBufferKind[] kinds) => _buffers.Where(buffer => kinds.Contains(buffer.Kind)).Sum(buffer => buffer.SizeBytes);
        return new PlanMemory(Sum(PlanBufferKind.Arena), arena.PeakLiveBytes, Sum(PlanBufferKind.Persistent), Sum(PlanBufferKind.Inputs, PlanBufferKind.Constants),
            Sum(PlanBufferKind.Prepared), TensorsOf(arena), TensorsOf(prepared));
    }

    private ArenaTensor[] TensorsOf(ArenaLayout layout) => layout.Placements
        .Select(placement => new ArenaTensor(placement.Request.Tensor.ToString(), _places[placement.Request.Tensor], placement.Request.FirstStep, placement.Request.LastStep))
        .ToArray();
}
