using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Takes the kernel launches of one op, for one device.</summary>
public sealed class Lowering
{
    // Pieces begin at aligned offsets in every buffer of a parameter set, even in one with a pair of numbers for 64 elements: 2048 / 64 * 8 bytes are 256.
    private const long PieceMultiple = 2048;

    private readonly List<LoweredStep> _steps;
    private readonly StorageMap _storage;
    private readonly WeightCopies _copies;
    private Op _op = null!;
    private int _firstStep;

    internal Lowering(DeviceProfile device, PlannerOptions options, List<LoweredStep> steps, StorageMap storage, WeightCopies copies)
    {
        _storage = storage;
        _copies = copies;
        Device = device;
        Precision = options.Precision;
        _steps = steps;
    }

    /// <summary>The device that is planned for.</summary>
    public DeviceProfile Device { get; }

    /// <summary>In which type products are multiplied.</summary>
    public Precision Precision { get; }

    /// <summary>How a tensor lies in memory, as kernels name it: 0 fp32, 1 fp16, 2 bf16. Only an op that says so gets 16-bit operands.</summary>
    /// <param name="tensor">An operand.</param>
    public uint StorageOf(Tensor tensor) => tensor.ElementType switch
    {
        ElementType.Float16 => (uint)Precision.Float16,
        ElementType.BFloat16 => (uint)Precision.BFloat16,
        _ => _storage.IsHalf(tensor) ? (uint)Precision : 0,
    };

    /// <summary>The 16-bit copy of weights, which whoever changes them writes too; null where none is kept.</summary>
    /// <param name="weights">A parameter, a view of one, or a set's whole values.</param>
    public Tensor? CopyOf(Tensor weights) => _copies.Of(weights);

    /// <summary>The copy of weights in the type of the products, to be read instead of them; null where there is none.</summary>
    /// <param name="weights">Any operand.</param>
    public Tensor? CopyForProducts(Tensor weights) => CopyOf(weights) is { } copy && StorageOf(copy) == (uint)Precision ? copy : null;

    /// <summary>Whether a tensor <c>[batch, channels, height, width]</c> lies in memory as <c>[batch, height, width, channels]</c>. Only an op that says so gets such operands.</summary>
    /// <param name="tensor">An operand.</param>
    public bool IsChannelsLast(Tensor tensor) => _storage.IsChannelsLast(tensor);

    internal bool IsInPlace(PackOp pack, int part) => _storage.IsInPlace(pack, part);

    internal void Begin(Op op) => (_op, _firstStep) = (op, _steps.Count);

    /// <summary>Ends an op's launches: copies of weights that it changed and did not copy itself are made.</summary>
    internal void End()
    {
        foreach (Tensor weights in _copies.LeftBehind(_op, _steps.Skip(_firstStep))) CopyWeightsOp.Launch(this, weights, CopyOf(weights)!);
    }

    /// <summary>Room that the op's own launches share; its content is undefined at first.</summary>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="elementType">Storage type.</param>
    public Tensor Scratch(Shape shape, ElementType elementType = ElementType.Float32) =>
        _op.Inputs.Count > 0
            ? _op.Inputs[0].Graph.NewTensor(new TensorSpec(shape, elementType), TensorSource.Scratch, $"{_op.Name}_{_op.Index}.scratch")
            : throw new InvalidOperationException($"{_op.Name}: an op without inputs cannot ask for scratch");

    /// <summary>Room for 16-bit elements of the plan's precision.</summary>
    /// <param name="shape">Axis lengths; the last is a multiple of 4.</param>
    public Tensor HalfScratch(Shape shape)
    {
        Tensor scratch = Scratch(shape);
        _storage.StoreInHalf(new[] { scratch });
        return scratch;
    }

    /// <summary>
    /// Cuts a long row of 32-bit elements, such as all parameters of a set, into pieces that the device can bind; one piece where it can bind all.
    /// </summary>
    /// <param name="count">Elements of the row.</param>
    /// <exception cref="PlanException">The device cannot bind even the smallest piece.</exception>
    public IReadOnlyList<(long First, long Count)> Pieces(long count)
    {
        if (count * 4 <= Device.MaxStorageRangeBytes) return new[] { (0L, count) };
        long most = Device.MaxStorageRangeBytes / 4 / PieceMultiple * PieceMultiple;
        if (most == 0) throw new PlanException($"{_op.Name}: {Device.Name} binds at most {Device.MaxStorageRangeBytes} bytes at once, {PieceMultiple * 4} are needed");
        var pieces = new List<(long, long)>();
        for (long first = 0; first < count; first += most) pieces.Add((first, Math.Min(most, count - first)));
        return pieces;
    }

    /// <summary>A piece of a tensor as a tensor of one axis: the same memory.</summary>
    /// <param name="tensor">Any tensor.</param>
    /// <param name="first">The piece's first element; its offset must suit the device.</param>
    /// <param name="count">The piece's elements.</param>
    public Tensor Part(Tensor tensor, long first, long count)
    {
        if (first == 0 && count == tensor.Count) return tensor;
        if (first < 0 || first + count > tensor.Count) throw new InvalidOperationException($"{_op.Name}: elements {first} to {first + count} are not in {tensor}");
        Tensor part = tensor.Graph.NewTensor(new TensorSpec(new Shape((int)count), tensor.ElementType), tensor.Source, $"{tensor.Name} from {first}");
        _storage.Link(part, tensor, first * tensor.ElementType.SizeBytes());
        return part;
    }

    /// <summary>Appends a launch.</summary>
    /// <param name="call">Kernel and operands.</param>
    /// <param name="groupsX">Workgroups along x.</param>
    /// <param name="groupsY">Workgroups along y.</param>
    /// <param name="groupsZ">Workgroups along z.</param>
    /// <param name="flops">Floating-point operations, a multiply-add counted as two.</param>
    /// <exception cref="PlanException">The device cannot run so many workgroups or so large ones.</exception>
    public void Launch(KernelCall<Tensor> call, long groupsX, long groupsY = 1, long groupsZ = 1, double flops = 0)
    {
        if (groupsX < 1 || groupsY < 1 || groupsZ < 1)
            throw new InvalidOperationException($"{_op.Name}: {call.Kernel} launched with {groupsX} x {groupsY} x {groupsZ} workgroups");
        if (groupsX > Device.MaxWorkgroupCountX || groupsY > Device.MaxWorkgroupCountYZ || groupsZ > Device.MaxWorkgroupCountYZ)
            throw new PlanException($"{_op.Name}: {call.Kernel} needs {groupsX} x {groupsY} x {groupsZ} workgroups, more than {Device.Name} allows");
        long invocations = (long)call.WorkgroupSize(0) * call.WorkgroupSize(1) * call.WorkgroupSize(2);
        if (invocations > Device.MaxWorkgroupInvocations)
            throw new PlanException($"{_op.Name}: {call.Kernel} needs workgroups of {invocations}, {Device.Name} allows {Device.MaxWorkgroupInvocations}");
        if ((call.Kernel.Features & ~Device.Features) != 0)
            throw new PlanException($"{_op.Name}: {call.Kernel} needs {call.Kernel.Features & ~Device.Features}, which {Device.Name} does not have");
        _steps.Add(new LoweredStep(_op, call, (uint)groupsX, (uint)groupsY, (uint)groupsZ, flops));
    }

    /// <summary>
    /// Appends a launch of at least <paramref name="invocations"/> invocations in one line, folded over x and y where x alone does not reach.
    /// The shader finds its place with <c>linear_index()</c> of <c>common/indexing.glsl</c> and leaves when it is past the end.
    /// </summary>
    /// <param name="call">Kernel and operands; its workgroup has size 1 along y and z.</param>
    /// <param name="invocations">How many are needed.</param>
    /// <param name="flops">Floating-point operations.</param>
    public void LaunchLinear(KernelCall<Tensor> call, long invocations, double flops = 0) =>
        LaunchGroups(call, DivideUp(invocations, call.WorkgroupSize(0)), flops);

    /// <summary>Appends a launch of at least so many workgroups, folded over x and y; the shader finds its place with <c>linear_group()</c>.</summary>
    /// <param name="call">Kernel and operands.</param>
    /// <param name="groups">How many are needed.</param>
    /// <param name="flops">Floating-point operations.</param>
    public void LaunchGroups(KernelCall<Tensor> call, long groups, double flops = 0)
    {
        long limit = Math.Min(Device.MaxWorkgroupCountX, 65535);
        long rows = DivideUp(groups, limit);
        Launch(call, DivideUp(groups, rows), rows, 1, flops);
    }

    /// <summary>Appends a fill of a whole tensor with one 32-bit word.</summary>
    /// <param name="target">The tensor.</param>
    /// <param name="word">The word's bits.</param>
    public void Fill(Tensor target, uint word) => _steps.Add(new LoweredStep(_op, target, word));

    /// <summary>Appends a copy between tensors of the same size, or of parts of them.</summary>
    /// <param name="source">From.</param>
    /// <param name="target">To.</param>
    /// <param name="sourceOffsetBytes">First byte in the source, a multiple of 4.</param>
    /// <param name="targetOffsetBytes">First byte in the target, a multiple of 4.</param>
    /// <param name="sizeBytes">Length, a multiple of 4; negative for all of the source.</param>
    public void Copy(Tensor source, Tensor target, long sourceOffsetBytes = 0, long targetOffsetBytes = 0, long sizeBytes = -1) =>
        _steps.Add(new LoweredStep(_op, source, target, sourceOffsetBytes, targetOffsetBytes, sizeBytes < 0 ? source.SizeBytes : sizeBytes));

    /// <summary>How many parts of a size cover a whole.</summary>
    /// <param name="whole">The whole.</param>
    /// <param name="part">The part.</param>
    public static long DivideUp(long whole, long part) => (whole + part - 1) / part;
}

/// <summary>A command on symbolic tensors, before the planner gives them places.</summary>
internal sealed class LoweredStep
{
    public LoweredStep(Op op, KernelCall<Tensor> call, uint x, uint y, uint z, double flops)
    {
        (Op, Call, GroupsX, GroupsY, GroupsZ, Flops) = (op, call, x, y, z, flops);
        Touched = call.Operands;
    }

    public LoweredStep(Op op, Tensor target, uint word)
    {
        (Op, Word) = (op, word);
        Touched = new[] { target };
    }

    public LoweredStep(Op op, Tensor source, Tensor target, long sourceOffset, long targetOffset, long size)
    {
        (Op, SourceOffset, TargetOffset, CopyBytes) = (op, sourceOffset, targetOffset, size);
        Touched = new[] { source, target };
    }

    public Op Op { get; }

    public KernelCall<Tensor>? Call { get; }

    public Tensor[] Touched { get; }

    public uint GroupsX { get; }

    public uint GroupsY { get; }

    public uint GroupsZ { get; }

    public double Flops { get; }

    public uint Word { get; }

    public long SourceOffset { get; }

    public long TargetOffset { get; }

    public long CopyBytes { get; }

    /// <summary>What is done with one of <see cref="Touched"/>.</summary>
    public KernelAccess AccessOf(int operand) => Call is not null ? Call.Kernel.Bindings[operand].Access
        : operand < Touched.Length - 1 ? KernelAccess.Read : KernelAccess.Write;
}
