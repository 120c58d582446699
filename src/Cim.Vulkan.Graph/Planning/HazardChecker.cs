using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;

namespace Cim.Vulkan.Graph;

/// <summary>Two commands whose order matters and that no barrier separates.</summary>
/// <param name="Earlier">Position of the earlier command.</param>
/// <param name="Later">Position of the later one.</param>
/// <param name="Message">Both commands and the bytes they share.</param>
public sealed record Hazard(int Earlier, int Later, string Message);

/// <summary>
/// Looks at every pair of commands between two barriers. Slow and plain on purpose, and blind to how barriers were placed:
/// Vulkan's own validation does not see writes after writes between dispatches.
/// </summary>
public static class HazardChecker
{
    /// <summary>All hazards of a plan; none for a right one.</summary>
    /// <param name="plan">The plan; also looked at is whether what its preparation reads and writes stays as it is from step to step.</param>
    public static IReadOnlyList<Hazard> Check(ExecutionPlan plan)
    {
        var hazards = Check(plan.Preparation).Select(hazard => hazard with { Message = $"preparation: {hazard.Message}" }).Concat(Check(plan.Steps)).ToList();
        var written = new HashSet<int>(plan.Steps.SelectMany(WrittenBuffers));
        for (int i = 0; i < plan.Preparation.Count; i++) CheckPreparation(plan, i, written, hazards);
        for (int i = 0; i < plan.Steps.Count; i++)
            if (WrittenBuffers(plan.Steps[i]).Any(buffer => plan.Buffers[buffer].Kind == PlanBufferKind.Prepared))
                hazards.Add(new Hazard(i, i, $"{plan.Steps[i].Label} changes what was prepared for all steps"));
        return hazards;
    }

    /// <summary>All hazards of commands that follow each other; none for right ones.</summary>
    /// <param name="steps">Commands in order.</param>
    public static IReadOnlyList<Hazard> Check(IReadOnlyList<PlanStep> steps)
    {
        var hazards = new List<Hazard>();
        int barrier = 0;
        for (int later = 0; later < steps.Count; later++)
        {
            if (steps[later].BarrierBefore) barrier = later;
            for (int earlier = barrier; earlier < later; earlier++) Compare(steps, earlier, later, hazards);
            CompareWithin(steps[later], later, hazards);
        }
        return hazards;
    }

    private static IEnumerable<int> WrittenBuffers(PlanStep step) => step.Accesses.Where(access => access.Access != KernelAccess.Read).Select(access => access.Range.Buffer);

    private static void CheckPreparation(ExecutionPlan plan, int index, HashSet<int> writtenBySteps, List<Hazard> hazards)
    {
        PlanStep command = plan.Preparation[index];
        foreach (PlanAccess access in command.Accesses)
        {
            PlanBuffer buffer = plan.Buffers[access.Range.Buffer];
            bool isRight = access.Access == KernelAccess.Read
                ? buffer.Kind is PlanBufferKind.Prepared or PlanBufferKind.Constants || (buffer.Kind == PlanBufferKind.Persistent && !writtenBySteps.Contains(buffer.Index))
                : buffer.Kind == PlanBufferKind.Prepared;
            if (!isRight) hazards.Add(new Hazard(index, index, $"preparation: {command.Label} ({access.Access} {buffer.Name}), which does not stay as it is"));
        }
    }

    private static void Compare(IReadOnlyList<PlanStep> steps, int earlier, int later, List<Hazard> hazards)
    {
        foreach (PlanAccess first in steps[earlier].Accesses)
            foreach (PlanAccess second in steps[later].Accesses)
                if (first.Conflicts(second))
                {
                    hazards.Add(new Hazard(earlier, later, $"{steps[earlier].Label} ({first.Access} {first.Range}) and {steps[later].Label} ({second.Access} {second.Range}) without a barrier"));
                    return;
                }
    }

    // One command that reads and writes the same bytes through two bindings breaks the shader's `restrict`. Two writes do not: interleaved
    // parts of one tensor, such as the gradients of keys and of values, are written through a binding each.
    private static void CompareWithin(PlanStep step, int index, List<Hazard> hazards)
    {
        for (int i = 0; i < step.Accesses.Count; i++)
            for (int j = i + 1; j < step.Accesses.Count; j++)
            {
                bool bothOnlyWrite = step.Accesses[i].Access == KernelAccess.Write && step.Accesses[j].Access == KernelAccess.Write;
                if (!bothOnlyWrite && step.Accesses[i].Conflicts(step.Accesses[j]))
                    hazards.Add(new Hazard(index, index, $"{step.Label}: bindings {i} and {j} share bytes, and one is written"));
            }
    }
}
