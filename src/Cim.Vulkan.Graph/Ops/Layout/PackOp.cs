using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Lays tensors side by side into a range of a persistent buffer, such as gradients into a set's gradient buffer.
/// The planner lets each producer write straight into its place, so as a rule nothing is copied. Bytes between the parts are left as they are.
/// </summary>
public sealed class PackOp : Op
{
    /// <summary>Packs tensors.</summary>
    /// <param name="parts">The tensors.</param>
    /// <param name="target">A persistent tensor.</param>
    /// <param name="offsetsBytes">Where each part begins within the target.</param>
    public PackOp(IReadOnlyList<Tensor> parts, Tensor target, IReadOnlyList<long> offsetsBytes)
        : base("pack", parts.ToArray(), target.Spec)
    {
        if (target.Buffer is null) throw Mismatch(Name, $"the target must be persistent, got {target}");
        if (parts.Count != offsetsBytes.Count) throw Mismatch(Name, $"expected {parts.Count} offsets, got {offsetsBytes.Count}");
        for (int i = 0; i < parts.Count; i++)
            if (offsetsBytes[i] < 0 || offsetsBytes[i] + parts[i].SizeBytes > target.SizeBytes)
                throw Mismatch(Name, $"{parts[i]} at byte {offsetsBytes[i]} does not fit into {target}");
        Target = target;
        OffsetsBytes = offsetsBytes;
    }

    /// <summary>The persistent tensor that is written.</summary>
    public Tensor Target { get; }

    /// <summary>Where each part begins within the target.</summary>
    public IReadOnlyList<long> OffsetsBytes { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Tensor> Mutated => new[] { Target };

    /// <inheritdoc/>
    protected internal override void Lower(Lowering lowering)
    {
        for (int i = 0; i < Inputs.Count; i++)
            if (!lowering.IsInPlace(this, i)) lowering.Copy(Inputs[i], Target, 0, OffsetsBytes[i]);
    }

    /// <inheritdoc/>
    protected override string DescribeAttributes() => $"offsets={string.Join(",", OffsetsBytes)}";
}
