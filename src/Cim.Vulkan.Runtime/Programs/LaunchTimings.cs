using System;
using System.Collections.Generic;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>Device time of every launch of a program's step, or of its preparation.</summary>
public sealed class LaunchTimings : IDisposable
{
    private readonly TimestampPool _pool;
    private readonly IReadOnlyList<PlanStep> _steps;

    internal LaunchTimings(GpuDevice device, IReadOnlyList<PlanStep> steps, string label)
    {
        _steps = steps;
        _pool = device.CreateTimestampPool(steps.Count + 1, label);
    }

    /// <summary>Label and milliseconds of every launch of the last finished step or preparation, in order.</summary>
    public IReadOnlyList<(string Label, double Milliseconds)> Read()
    {
        var times = new (string, double)[_steps.Count];
        for (int i = 0; i < times.Length; i++) times[i] = (_steps[i].Label, _pool.ElapsedNanoseconds(i, i + 1) / 1e6);
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
