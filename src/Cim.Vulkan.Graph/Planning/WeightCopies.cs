using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Knows the 16-bit copies of the weights that a plan trains: its products read them, which is half the bytes, and whatever changes weights
/// writes them in the same plan. The weights themselves stay fp32, and so does everything else that reads them. Frozen networks have no copies: most of
/// theirs would be memory for convolutions' weights, which are packed anyway.
/// </summary>
internal sealed class WeightCopies
{
    private readonly DeviceProfile _device;
    private readonly StorageMap _storage;
    private readonly ElementType? _type;
    private readonly HashSet<PersistentBuffer> _trained;

    public WeightCopies(DeviceProfile device, PlannerOptions options, StorageMap storage, IEnumerable<Op> ops)
    {
        // A step that only adds gradients up leaves the weights, and the update of another plan their copy.
        _trained = new HashSet<PersistentBuffer>(ops.SelectMany(op => op.Mutated).Select(tensor => tensor.Buffer!.Weights ?? tensor.Buffer).Where(buffer => buffer.HoldsWeights));
        _device = device;
        _storage = storage;
        _type = (options.WeightCopies ?? options.Precision) switch
        {
            Precision.Float16 => ElementType.Float16,
            Precision.BFloat16 => ElementType.BFloat16,
            _ => null,
        };
    }

    /// <summary>The copy of a parameter, of a view of one or of a set's values; null where none is kept, or where the device cannot bind it at its place.</summary>
    /// <param name="weights">Any tensor.</param>
    public Tensor? Of(Tensor weights)
    {
        if (_type is not { } type || weights.ElementType != ElementType.Float32) return null;
        Storage place = _storage.Resolve(weights);
        if (place.Root.Buffer is not { } buffer || !_trained.Contains(buffer)) return null;
        // At half the offset, which a device that wants 256 bytes refuses to every other parameter.
        long offset = (place.Root.BufferOffsetBytes + place.OffsetBytes) / 2;
        return offset % _device.StorageAlignmentBytes == 0 ? weights.Graph.Persistent($"{weights.Name} in {type}", buffer.Copy(type), offset, weights.Shape, type) : null;
    }

    /// <summary>Whole values that an op changed without writing their copy.</summary>
    /// <param name="op">The op.</param>
    /// <param name="steps">Its launches.</param>
    public IReadOnlyList<Tensor> LeftBehind(Op op, IEnumerable<LoweredStep> steps)
    {
        if (_type is not { } type || op.Mutated.Count == 0) return [];
        PersistentBuffer?[] written = steps.SelectMany(Written).Select(tensor => _storage.Resolve(tensor).Root.Buffer).ToArray();
        return op.Mutated.Where(tensor => tensor.Buffer!.HoldsWeights && !written.Contains(tensor.Buffer.Copy(type)))
            .GroupBy(tensor => tensor.Buffer!)
            .Select(group => group.First().Graph.Persistent(group.Key.Name, group.Key, 0, new Shape((int)(group.Key.SizeBytes / 4)))).ToArray();
    }

    private static IEnumerable<Tensor> Written(LoweredStep step) =>
        step.Call is { } call ? call.Operands.Where((_, i) => call.Kernel.Bindings[i].Access != KernelAccess.Read) : [];
}
