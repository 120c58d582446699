using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Puts a barrier before every command that conflicts with one since the last barrier, and nowhere else: commands between two barriers may overlap.
/// The first command of a plan needs none: whoever records it separates it from what ran before.
/// </summary>
internal static class BarrierPlacer
{
    public static IReadOnlyList<PlanStep> Place(IReadOnlyList<PlanStep> steps)
    {
        var placed = new List<PlanStep>(steps.Count);
        var written = new IntervalSet();
        var read = new IntervalSet();
        foreach (PlanStep step in steps)
        {
            bool conflict = step.Accesses.Any(access => written.Overlaps(access.Range) || (access.Access != KernelAccess.Read && read.Overlaps(access.Range)));
            if (conflict)
            {
                written.Clear();
                read.Clear();
            }
            foreach (PlanAccess access in step.Accesses)
            {
                if (access.Access != KernelAccess.Write) read.Add(access.Range);
                if (access.Access != KernelAccess.Read) written.Add(access.Range);
            }
            placed.Add(step with { BarrierBefore = conflict });
        }
        return placed;
    }

    private sealed class IntervalSet
    {
        private readonly Dictionary<int, List<PlanRange>> _byBuffer = new();

        public void Add(PlanRange range)
        {
            if (!_byBuffer.TryGetValue(range.Buffer, out List<PlanRange>? ranges)) _byBuffer.Add(range.Buffer, ranges = new List<PlanRange>());
            ranges.Add(range);
        }

        public bool Overlaps(PlanRange range) => _byBuffer.TryGetValue(range.Buffer, out List<PlanRange>? ranges) && ranges.Any(range.Overlaps);

        public void Clear() => _byBuffer.Clear();
    }
}
