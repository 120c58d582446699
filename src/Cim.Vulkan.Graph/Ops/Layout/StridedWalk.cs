using System.Collections.Generic;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// A walk over two tensors at once, axis by axis, as the kernel <c>strided_copy</c> does it. Axes that both tensors step through evenly are merged.
/// </summary>
internal sealed class StridedWalk
{
    public const int MaxRank = 6;

    private readonly List<(long Length, long SourceStride, long TargetStride)> _axes = new();

    /// <summary>Axes after merging.</summary>
    public int Rank => _axes.Count;

    /// <summary>Whether source and target lie in the same order without gaps.</summary>
    public bool IsContiguous => _axes.Count == 0 || (_axes.Count == 1 && _axes[0].SourceStride == 1 && _axes[0].TargetStride == 1);

    /// <summary>Adds an axis inside those already there.</summary>
    public void Add(long length, long sourceStride, long targetStride)
    {
        if (length == 1) return;
        if (_axes.Count > 0)
        {
            (long outer, long outerSource, long outerTarget) = _axes[_axes.Count - 1];
            if (outerSource == sourceStride * length && outerTarget == targetStride * length)
            {
                _axes[_axes.Count - 1] = (outer * length, sourceStride, targetStride);
                return;
            }
        }
        _axes.Add((length, sourceStride, targetStride));
    }

    /// <summary>Appends the launch that copies along the walk.</summary>
    public void Launch(Lowering lowering, Tensor source, Tensor target, long sourceOffset = 0, long targetOffset = 0)
    {
        long count = 1;
        foreach ((long length, _, _) in _axes) count *= length;
        if (IsContiguous)
        {
            lowering.Copy(source, target, sourceOffset * 4, targetOffset * 4, count * 4);
            return;
        }
        uint Length(int axis) => axis < Rank ? (uint)_axes[axis].Length : 1;
        uint From(int axis) => axis < Rank ? (uint)_axes[axis].SourceStride : 0;
        uint To(int axis) => axis < Rank ? (uint)_axes[axis].TargetStride : 0;
        lowering.LaunchLinear(
            StridedCopyKernel.Call(source, target, (uint)count, (uint)sourceOffset, (uint)targetOffset,
                Length(1), Length(2), Length(3), Length(4), Length(5),
                From(0), From(1), From(2), From(3), From(4), From(5), To(0), To(1), To(2), To(3), To(4), To(5), rank: (uint)Rank),
            count);
    }
}
