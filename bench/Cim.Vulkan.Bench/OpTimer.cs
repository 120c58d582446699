using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>Times the forward launches of a case on the device: the median of steps that no longer drift.</summary>
internal static class OpTimer
{
    private const int WarmUpSteps = 2;
    private const int MinSteps = 5;
    private const int MaxSteps = 200;
    private const double MaxDrift = 0.02;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    public static BenchRow Time(GpuDevice device, OpCase opCase, BenchRow row)
    {
        var program = new CaseProgram(opCase, withGradients: false);
        ExecutionPlan plan = program.Plan(DeviceProfiles.Of(device.Capabilities), new PlannerOptions());
        using var memory = new PersistentMemory(device);
        using Program loaded = Program.Load(memory, plan, new ProgramOptions { Name = opCase.Op, TimeLaunches = device.Capabilities.Limits.TimestampValidBits > 0 });
        double milliseconds = Median(Measure(program, loaded));
        double flops = plan.Steps.OfType<DispatchStep>().Sum(step => step.Flops), bytes = plan.Steps.OfType<DispatchStep>().Sum(step => (double)step.Bytes);
        return row with
        {
            Milliseconds = milliseconds,
            GigaflopsPerSecond = flops > 0 ? flops / milliseconds / 1e6 : null,
            GigabytesPerSecond = bytes / milliseconds / 1e6,
        };
    }

    private static List<double> Measure(CaseProgram program, Program loaded)
    {
        for (int i = 0; i < WarmUpSteps; i++) Step(program, loaded);
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < MinSteps || (times.Count < MaxSteps && clock.Elapsed < s_limit && Drift(times) > MaxDrift)) times.Add(Step(program, loaded));
        return times;
    }

    // The launches alone: copying the inputs is no part of an op.
    private static double Step(CaseProgram program, Program loaded)
    {
        loaded.BeginStep();
        program.Fill(loaded);
        long start = Stopwatch.GetTimestamp();
        loaded.Wait(loaded.Submit());
        return loaded.Timings?.Read().Sum(launch => launch.Milliseconds) ?? Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Drift(List<double> times)
    {
        int half = times.Count / 2;
        double early = Median(times.Take(half)), late = Median(times.Skip(half));
        return Math.Abs(early - late) / Math.Max(late, double.Epsilon);
    }

    private static double Median(IEnumerable<double> times)
    {
        double[] sorted = times.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
