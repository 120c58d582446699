using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>
/// Finds the first tensor of a step that holds NaN or infinity: parameters first, then everything the step computes, in its order. The step is
/// run as often as it takes to keep all its tensors, a bounded part at a time, so that a step which just fits can be searched too.
/// </summary>
internal sealed class FiniteSearch(PersistentMemory memory, DeviceProfile profile, PlannerOptions planning, Func<StepDescription> describe, Action<Program> fill)
{
    private const long MostKeptBytes = 256 << 20;

    /// <summary>The first bad tensor with what is wrong in it; null where every one is finite.</summary>
    public string? FindFirst()
    {
        StepDescription step = describe();
        if (FirstOfParameters(step.Parameters) is { } parameter) return parameter;
        int count = step.Results.Count;
        for (int begin = 0; begin < count;)
        {
            step = describe();
            int end = EndOfPart(step.Results, begin);
            if (FirstOfResults(step, begin, end) is { } result) return result;
            begin = end;
        }
        return null;
    }

    private string? FirstOfParameters(IReadOnlyList<ParameterSet> sets)
    {
        foreach (ParameterSet set in sets)
            foreach (Parameter parameter in set.Parameters)
                if (Fault(memory.Read(parameter)) is { } fault) return $"{set.Name}'s parameter {parameter} ({fault})";
        return null;
    }

    private string? FirstOfResults(StepDescription step, int begin, int end)
    {
        IReadOnlyList<Tensor> results = step.Results;
        for (int i = begin; i < end; i++) step.Graph.Output(Name(i), results[i]);
        // Filled as the trained step is, whether or not this one draws anything.
        _ = step.Graph.Scalars;
        using Program program = Program.Load(memory, Planner.Plan(step.Graph, profile, planning), new ProgramOptions { Name = "search for a tensor that is not finite", MetricBytes = 0 });
        program.BeginStep();
        fill(program);
        program.Wait(program.Submit());
        for (int i = begin; i < end; i++)
            if (Fault(program.Read<float>(Name(i))) is { } fault) return $"{step.NameOf(results[i])} ({fault})";
        return null;
    }

    private static string Name(int result) => $"searched_{result}";

    private static int EndOfPart(IReadOnlyList<Tensor> results, int begin)
    {
        long kept = results[begin].SizeBytes;
        int end = begin + 1;
        while (end < results.Count && kept + results[end].SizeBytes <= MostKeptBytes) kept += results[end++].SizeBytes;
        return end;
    }

    private static string? Fault(float[] values)
    {
        int first = Array.FindIndex(values, value => !float.IsFinite(value));
        if (first < 0) return null;
        int count = Array.FindAll(values, value => !float.IsFinite(value)).Length;
        return $"{count} of {values.Length} values, the first is {(float.IsNaN(values[first]) ? "NaN" : "infinite")} at {first}";
    }
}
