using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>One of a program's turns: host memory for inputs and metrics, and the commands that carry them over.</summary>
internal sealed class ProgramSlot : IDisposable
{
    private readonly Program _program;
    private readonly RecordedCommands[] _all;
    private readonly RecordedCommands[][] _submits, _submitsWithPreparation;
    private readonly TimestampPool? _timestamps;

    public ProgramSlot(Program program, int index, RecordedCommands[] preparation, RecordedCommands[] step, long metricBytes)
    {
        _program = program;
        GpuDevice device = program.Device;
        if (device.Capabilities.Limits.TimestampValidBits > 0) _timestamps = device.CreateTimestampPool(2, $"{program.Name} slot {index}");
        if (program.InputBytes > 0) Upload = device.CreateBuffer(program.InputBytes, MemoryDomain.Upload, $"{program.Name} inputs {index}");
        if (metricBytes > 0) Readback = device.CreateBuffer(metricBytes, MemoryDomain.Readback, $"{program.Name} metrics {index}");
        RecordedCommands before = RecordBefore(index), after = RecordAfter(index);
        _all = preparation.Concat(step).Append(before).Append(after).ToArray();
        _submits = SubmitsOf(before, step, after);
        _submitsWithPreparation = SubmitsOf(before, preparation.Concat(step), after);
    }

    public GpuBuffer? Upload { get; }

    public GpuBuffer? Readback { get; }

    public ulong Submitted { get; private set; }

    public int SubmitCount => _submits.Length;

    public ulong Submit(bool prepares)
    {
        Upload?.Flush();
        foreach (RecordedCommands[] commands in prepares ? _submitsWithPreparation : _submits) Submitted = _program.Device.Submit(commands);
        return Submitted;
    }

    public double DeviceMilliseconds() => _timestamps is null ? 0 : _timestamps.ElapsedNanoseconds(0, 1) / 1e6;

    public void Dispose()
    {
        foreach (RecordedCommands commands in _all) commands.Dispose();
        _timestamps?.Dispose();
        Upload?.Dispose();
        Readback?.Dispose();
    }

    // Each slice is a submit; what comes before goes with the first, what comes after with the last.
    private static RecordedCommands[][] SubmitsOf(RecordedCommands before, IEnumerable<RecordedCommands> slices, RecordedCommands after)
    {
        RecordedCommands[][] submits = slices.Select(slice => new[] { slice }).ToArray();
        submits[0] = submits[0].Prepend(before).ToArray();
        submits[^1] = submits[^1].Append(after).ToArray();
        return submits;
    }

    private RecordedCommands RecordBefore(int index)
    {
        using CommandRecorder recorder = _program.Device.CreateRecorder($"{_program.Name} upload {index}");
        if (_timestamps is not null)
        {
            recorder.ResetTimestamps(_timestamps);
            recorder.WriteTimestamp(_timestamps, 0);
        }
        // The step before may still read the inputs.
        recorder.MemoryBarrier(BarrierKind.Device);
        if (Upload is not null) recorder.CopyBuffer(Upload.Whole, _program.InputBuffer!.Whole);
        return recorder.Finish();
    }

    private RecordedCommands RecordAfter(int index)
    {
        using CommandRecorder recorder = _program.Device.CreateRecorder($"{_program.Name} readback {index}");
        recorder.MemoryBarrier(BarrierKind.Device);
        foreach (PlanTensor output in _program.Plan.Outputs)
            if (_program.MetricOffsets.TryGetValue(output.Name, out long offset))
                recorder.CopyBuffer(_program.Recorder.RangeOf(output.Range), Readback!.Range(offset, output.Range.SizeBytes));
        recorder.MemoryBarrier(BarrierKind.TransferToHost);
        if (_timestamps is not null)
        {
            recorder.AssumeTimestampsReset(_timestamps);
            recorder.WriteTimestamp(_timestamps, 1);
        }
        return recorder.Finish();
    }
}
