using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>Times the forward launches of a case on the device: warmed up until it no longer drifts, then for a second at least.</summary>
internal static class OpTimer
{
    private const int FewestSamples = 5;
    private const int WindowSteps = 4;
    private const double MostDrift = 0.02;
    private const int MostRepeats = 64;
    private static readonly TimeSpan s_shortestSubmit = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3), s_shortest = TimeSpan.FromSeconds(1), s_longest = TimeSpan.FromSeconds(10);

    public static BenchRow Time(GpuDevice device, DeviceRoof roof, OpCase opCase, BenchRow row)
    {
        var program = new CaseProgram(opCase, withGradients: false);
        ExecutionPlan plan = program.Plan(DeviceProfiles.Of(device.Capabilities), new PlannerOptions());
        using var memory = new PersistentMemory(device);
        var options = new ProgramOptions { Name = opCase.Op, TimeLaunches = device.Capabilities.Limits.TimestampValidBits > 0 };
        int times = TimesFor(program, memory, plan, options);
        using Program loaded = Program.Load(memory, plan.Repeated(times), options);
        double Step() => RunOnce(program, loaded) / times;
        WarmUp(Step);
        BenchRow timed = row with { Samples = Measure(Step) };
        DispatchStep[] launches = [.. plan.Steps.OfType<DispatchStep>()];
        double flops = launches.Sum(launch => launch.Flops), bytes = launches.Sum(launch => (double)launch.Bytes), milliseconds = timed.Milliseconds!.Value;
        return timed with
        {
            Kernel = launches.MaxBy(launch => (launch.Flops, launch.Bytes))?.Call.Kernel.Name ?? "",
            GigaflopsPerSecond = flops > 0 ? flops / milliseconds / 1e6 : null,
            GigabytesPerSecond = bytes / milliseconds / 1e6,
            RoofShare = roof.ShareOf(flops, bytes, milliseconds, opCase.Precision),
        };
    }

    // Between submits clocks fall and a CPU driver's threads fall asleep: what takes less than this runs several times in one.
    private static int TimesFor(CaseProgram program, PersistentMemory memory, ExecutionPlan plan, ProgramOptions options)
    {
        using Program once = Program.Load(memory, plan, options);
        RunOnce(program, once);
        return (int)Math.Clamp(s_shortestSubmit.TotalMilliseconds / Math.Max(RunOnce(program, once), 1e-3), 1, MostRepeats);
    }

    /// <summary>Runs until two windows of steps take as long as each other, or time is up.</summary>
    internal static void WarmUp(Func<double> step)
    {
        var clock = Stopwatch.StartNew();
        double before = Window(step);
        while (clock.Elapsed < s_warmUp)
        {
            double now = Window(step);
            if (Math.Abs(now - before) <= MostDrift * before) return;
            before = now;
        }
    }

    private static double Window(Func<double> step)
    {
        double sum = 0;
        for (int i = 0; i < WindowSteps; i++) sum += step();
        return sum;
    }

    // A case that takes seconds a run gets fewer samples rather than minutes.
    internal static List<double> Measure(Func<double> step)
    {
        var samples = new List<double>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < s_shortest || (samples.Count < FewestSamples && clock.Elapsed < s_longest)) samples.Add(step());
        return samples;
    }

    // The launches alone: copying the inputs is no part of an op.
    private static double RunOnce(CaseProgram program, Program loaded)
    {
        loaded.BeginStep();
        program.Fill(loaded);
        long start = Stopwatch.GetTimestamp();
        loaded.Wait(loaded.Submit());
        return loaded.Timings?.Read().Sum(launch => launch.Milliseconds) ?? Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
