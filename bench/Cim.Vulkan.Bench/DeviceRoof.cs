using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Roof;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>What a device can do at most, measured on it: the bounds that an op is compared with (Williams et al. 2009, the roofline model).</summary>
/// <param name="Gflops">fp32 multiply-adds on registers, two operations each.</param>
/// <param name="GigabytesPerSecond">A copy of memory, bytes read and written.</param>
/// <param name="LaunchMicroseconds">One launch more, waiting for the one before.</param>
/// <param name="SubmitMicroseconds">A submit with nothing to do, until the host knows that it is done.</param>
internal sealed record DeviceRoof(double Gflops, double GigabytesPerSecond, double LaunchMicroseconds, double SubmitMicroseconds)
{
    /// <summary>Products of fp16 matrices on matrix units, added in fp32; null where the device has none.</summary>
    public double? Float16MatrixGflops { get; init; }

    /// <summary>Products of bf16 matrices on matrix units, added in fp32; null where the device has none.</summary>
    public double? BFloat16MatrixGflops { get; init; }

    private const int Rounds = 1024, Samples = 9, FewLaunches = 2, ManyLaunches = 130, LatencyElements = 64, CopyLaunches = 3;
    private const int FewestElements = 1 << 16, MostElements = 1 << 22, FewestSubgroups = 1 << 8;
    private const double LongEnoughMilliseconds = 5;
    private const long CopyBytes = 128L << 20;

    /// <summary>Measures a device; some seconds.</summary>
    public static DeviceRoof Measure(GpuDevice device)
    {
        double few = WallMicroseconds(device, FewLaunches), perLaunch = Math.Max(0, (WallMicroseconds(device, ManyLaunches) - few) / (ManyLaunches - FewLaunches));
        return new DeviceRoof(MeasureArithmetic(device), MeasureCopy(device), perLaunch, Math.Max(0, few - (FewLaunches * perLaunch)))
        {
            Float16MatrixGflops = MeasureMatrices(device, Precision.Float16),
            BFloat16MatrixGflops = MeasureMatrices(device, Precision.BFloat16),
        };
    }

    /// <summary>The most arithmetic a second by which work in a precision is bound; fp32 where nothing else was measured.</summary>
    /// <param name="precision">Of the products.</param>
    public double GflopsIn(Precision precision) => precision switch { Precision.Float16 => Float16MatrixGflops, Precision.BFloat16 => BFloat16MatrixGflops, _ => null } ?? Gflops;

    /// <summary>The part of the binding roof that work reaches: 1 is as fast as this device can be. Above 1 the operands came from caches.</summary>
    /// <param name="flops">Arithmetic of the work.</param>
    /// <param name="bytes">Its bytes read and written.</param>
    /// <param name="milliseconds">Its time.</param>
    /// <param name="precision">Of its products.</param>
    public double ShareOf(double flops, double bytes, double milliseconds, Precision precision) => Math.Max(flops / GflopsIn(precision), bytes / GigabytesPerSecond) / 1e6 / milliseconds;

    // As many elements as keep the device busy for a while.
    private static double MeasureArithmetic(GpuDevice device)
    {
        for (int count = FewestElements; ; count *= 4)
        {
            using var probe = new Probe(device, input => input.Graph.Add(new RoofMultiplyAddOp(input, Rounds, 0.75f, 0.125f)).Output, count, launches: 1);
            double milliseconds = Measure(probe.LaunchMilliseconds)[0];
            if (milliseconds >= LongEnoughMilliseconds || count >= MostElements) return 2.0 * RoofMultiplyAddOp.Chains * Rounds * count / milliseconds / 1e6;
        }
    }

    // As many subgroups as keep the device busy for a while. Not of a CPU driver: it has no such units, and its compiler takes the product out of the loop.
    private static double? MeasureMatrices(GpuDevice device, Precision precision)
    {
        if (device.Capabilities.IsCpu || DeviceProfiles.Of(device.Capabilities).MatrixOf(precision) is not { } matrix) return null;
        for (int count = FewestSubgroups; ; count *= 4)
        {
            using var probe = new Probe(device, input => input.Graph.Add(new RoofMatrixOp(input, Rounds, 0.125f)).Output, count, launches: 1, precision);
            double milliseconds = Measure(probe.LaunchMilliseconds)[0];
            if (milliseconds >= LongEnoughMilliseconds || count >= MostElements) return RoofMatrixOp.FlopsOf(matrix, Rounds) * count / milliseconds / 1e6;
        }
    }

    private static double MeasureCopy(GpuDevice device)
    {
        // Host and device hold the operand several times over.
        long bytes = Math.Min(Math.Min(CopyBytes, DeviceProfiles.Of(device.Capabilities).MaxStorageRangeBytes), device.FreeBytes(MemoryDomain.Device) / 8);
        int count = (int)(bytes / sizeof(float)) & ~3;
        using var probe = new Probe(device, input => input.Graph.Add(new RoofCopyOp(input)).Output, count, CopyLaunches);
        return 2.0 * sizeof(float) * count / Measure(probe.LaunchMilliseconds)[0] / 1e6;
    }

    private static double WallMicroseconds(GpuDevice device, int launches)
    {
        using var probe = new Probe(device, input => input.Graph.Add(new RoofCopyOp(input)).Output, LatencyElements, launches);
        return 1000 * Measure(probe.WallMilliseconds)[Samples / 2];
    }

    // From the fastest to the slowest. A roof is the fastest: whatever else the machine does can only lower it.
    private static double[] Measure(Func<double> sample)
    {
        OpTimer.WarmUp(sample);
        return [.. Enumerable.Range(0, Samples).Select(_ => sample()).Order()];
    }

    /// <summary>An op applied again and again to its own output.</summary>
    private sealed class Probe : IDisposable
    {
        private readonly PersistentMemory _memory;
        private readonly Program _program;

        public Probe(GpuDevice device, Func<Tensor, Tensor> op, int count, int launches, Precision precision = Precision.Float32)
        {
            var graph = new TensorGraph();
            Tensor tensor = graph.Input("input", new Shape(count));
            for (int i = 0; i < launches; i++) tensor = op(tensor);
            // One number comes back: reading a large output would be no part of the work.
            graph.Output("last", tensor.Slice(0, 0, 1));
            _memory = new PersistentMemory(device);
            // Timestamps between tiny launches would be what is measured.
            bool isTimed = count > LatencyElements && device.Capabilities.Limits.TimestampValidBits > 0;
            _program = Program.Load(_memory, Planner.Plan(graph, DeviceProfiles.Of(device.Capabilities), new PlannerOptions { Precision = precision }), new ProgramOptions { Name = "roof", TimeLaunches = isTimed });
        }

        /// <summary>The fastest launch of a run; the whole run where the device has no timestamps.</summary>
        public double LaunchMilliseconds()
        {
            double wall = WallMilliseconds();
            IEnumerable<double>? launches = _program.Timings?.Read().Where(launch => launch.Label.Contains("roof", StringComparison.Ordinal)).Select(launch => launch.Milliseconds);
            return launches?.Min() ?? wall;
        }

        /// <summary>From the submit until the host knows that it is done.</summary>
        public double WallMilliseconds()
        {
            _program.BeginStep();
            long start = Stopwatch.GetTimestamp();
            _program.Wait(_program.Submit());
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        public void Dispose()
        {
            _program.Dispose();
            _memory.Dispose();
        }
    }
}
