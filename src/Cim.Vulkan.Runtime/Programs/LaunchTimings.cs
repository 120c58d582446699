using System;
using System.Collections.Generic;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>Device time of every launch of a program.</summary>
public sealed class LaunchTimings : IDisposable
{
    private readonly TimestampPool _pool;
    private readonly ExecutionPlan _plan;

    internal LaunchTimings(GpuDevice device, ExecutionPlan plan)
    {
        _plan = plan;
        _pool = device.CreateTimestampPool(plan.Steps.Count + 1, "launch timings");
    }

    /// <summary>Label and milliseconds of every launch of the last finished step, in order.</summary>
    public IReadOnlyList<(string Label, double Milliseconds)> Read()
    {
        var times = new (string, double)[_plan.Steps.Count];
        for (int i = 0; i < times.Length; i++) times[i] = (_plan.Steps[i].Label, _pool.ElapsedNanoseconds(i, i + 1) / 1e6);
        return times;
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    internal void Reset(CommandRecorder recorder) => recorder.ResetTimestamps(_pool);

    internal void Begin(CommandRecorder recorder, int index)
    {
        // Each launch waits for the one before, so that the stamps measure one launch each.
        recorder.MemoryBarrier(BarrierKind.Device);
        recorder.WriteTimestamp(_pool, index);
    }
}
