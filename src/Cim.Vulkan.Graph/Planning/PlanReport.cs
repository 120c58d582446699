using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.Graph;

/// <summary>A plan in words: launches, work, memory, the largest tensors.</summary>
public static class PlanReport
{
    private const double Mebi = 1048576.0;

    /// <summary>The summary that <c>cim doctor --plan</c> prints.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="largest">How many of the largest tensors are listed.</param>
    public static string Summarize(ExecutionPlan plan, int largest = 10)
    {
        var text = new StringBuilder();
        DispatchStep[] launches = plan.Steps.OfType<DispatchStep>().ToArray();
        PlanMemory memory = plan.Memory;
        text.AppendLine($"launches        {launches.Length} ({plan.Steps.Count - launches.Length} fills and copies, {plan.Steps.Count(step => step.BarrierBefore)} barriers)");
        text.AppendLine($"done once       {plan.Preparation.OfType<DispatchStep>().Count()} launches before the first step, and again when what they read has changed");
        text.AppendLine($"work            {launches.Sum(launch => launch.Flops) / 1e9:F3} GFLOP stated, {launches.Sum(launch => launch.Bytes) / Mebi:F1} MiB bound");
        text.AppendLine($"arena           {memory.ArenaBytes / Mebi:F2} MiB");
        text.AppendLine($"largest live    {memory.PeakLiveBytes / Mebi:F2} MiB (arena / live = {memory.ArenaBytes / Math.Max(1.0, memory.PeakLiveBytes):F3})");
        text.AppendLine($"kept of it      {memory.PreparedBytes / Mebi:F2} MiB");
        text.AppendLine($"persistent      {memory.PersistentBytes / Mebi:F2} MiB");
        text.AppendLine($"inputs, fixed   {memory.TransferBytes / Mebi:F2} MiB");
        text.AppendLine($"total           {memory.TotalBytes / Mebi:F2} MiB");
        text.AppendLine("largest tensors");
        foreach (ArenaTensor tensor in memory.ArenaTensors.OrderByDescending(tensor => tensor.Range.SizeBytes).Take(largest))
            text.AppendLine($"  {tensor.Range.SizeBytes / Mebi,9:F2} MiB  {tensor.Name}, commands {tensor.FirstStep} to {tensor.LastStep}");
        text.AppendLine("most launched");
        foreach (IGrouping<string, DispatchStep> kernel in launches.GroupBy(launch => launch.Call.Kernel.Name).OrderByDescending(group => group.Count()).Take(largest))
            text.AppendLine($"  {kernel.Count(),5}  {kernel.Key}");
        return text.ToString();
    }

    /// <summary>Every command on a line, those done once first, for reading and for comparing two plans.</summary>
    /// <param name="plan">The plan.</param>
    public static IEnumerable<string> Lines(ExecutionPlan plan) =>
        plan.Preparation.Select(step => $"once; {Line(plan, step)}").Concat(plan.Steps.Select(step => Line(plan, step)));

    private static string Line(ExecutionPlan plan, PlanStep step)
    {
        string accesses = string.Join(" ", step.Accesses.Select(access => $"{access.Access}({plan.Buffers[access.Range.Buffer].Name}+{access.Range.OffsetBytes}:{access.Range.SizeBytes})"));
        string barrier = step.BarrierBefore ? "barrier; " : "";
        return step is DispatchStep dispatch
            ? $"{barrier}{dispatch.Label}: {dispatch.Call.Kernel} {dispatch.GroupsX}x{dispatch.GroupsY}x{dispatch.GroupsZ} {accesses}"
            : $"{barrier}{step.Label}: {step.GetType().Name} {accesses}";
    }
}
