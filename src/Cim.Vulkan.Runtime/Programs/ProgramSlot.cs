using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>One of a program's turns: host memory for inputs and metrics, and the commands that carry them over.</summary>
internal sealed class ProgramSlot : IDisposable
{
    // Into how many parts an input is cut of which only the beginning may be carried over.
    private const int Parts = 32;

    private readonly Program _program;
    private readonly int _index;
    private readonly RecordedCommands[] _all;
    private readonly RecordedCommands[][] _submits, _submitsWithPreparation;
    private readonly RecordedCommands _wholeUpload;
    private readonly RecordedCommands?[] _partialUploads = new RecordedCommands?[Parts];
    private PlanTensor? _partialInput;
    private readonly TimestampPool? _timestamps;

    public ProgramSlot(Program program, int index, RecordedCommands[] preparation, RecordedCommands[] step, long metricBytes)
    {
        (_program, _index) = (program, index);
        GpuDevice device = program.Device;
        if (device.Capabilities.Limits.TimestampValidBits > 0) _timestamps = device.CreateTimestampPool(2, $"{program.Name} slot {index}");
        if (program.InputBytes > 0) Upload = device.CreateBuffer(program.InputBytes, MemoryDomain.Upload, $"{program.Name} inputs {index}");
        if (metricBytes > 0) Readback = device.CreateBuffer(metricBytes, MemoryDomain.Readback, $"{program.Name} metrics {index}");
        _wholeUpload = RecordBefore(null, 0);
        RecordedCommands after = RecordAfter(index);
        _all = preparation.Concat(step).Append(_wholeUpload).Append(after).ToArray();
        _submits = SubmitsOf(_wholeUpload, step, after);
        _submitsWithPreparation = SubmitsOf(_wholeUpload, preparation.Concat(step), after);
    }

    public GpuBuffer? Upload { get; }

    public GpuBuffer? Readback { get; }

    public ulong Submitted { get; private set; }

    public int SubmitCount => _submits.Length;

    /// <summary>Carries only the beginning of an input over with the next submit, rounded up to parts; commands for as many parts are recorded once.</summary>
    /// <param name="input">The input, for this slot always the same.</param>
    /// <param name="usedBytes">Its bytes that count.</param>
    public void UploadBeginningOf(PlanTensor input, long usedBytes)
    {
        _partialInput ??= input;
        if (_partialInput != input) throw new InvalidOperationException($"{_program.Name}: only one input can be carried over in part, and {_partialInput.Name} is");
        long partBytes = (input.Range.SizeBytes + Parts - 1) / Parts;
        int parts = (int)((usedBytes + partBytes - 1) / partBytes);
        UploadWith(parts >= Parts ? _wholeUpload : _partialUploads[parts] ??= RecordBefore(input, Math.Min(parts * partBytes, input.Range.SizeBytes)));
    }

    public ulong Submit(bool prepares)
    {
        Upload?.Flush();
        foreach (RecordedCommands[] commands in prepares ? _submitsWithPreparation : _submits) Submitted = _program.Device.Submit(commands);
        UploadWith(_wholeUpload);
        return Submitted;
    }

    public double DeviceMilliseconds() => _timestamps is null ? 0 : _timestamps.ElapsedNanoseconds(0, 1) / 1e6;

    public void Dispose()
    {
        foreach (RecordedCommands commands in _all) commands.Dispose();
        foreach (RecordedCommands? commands in _partialUploads) commands?.Dispose();
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

    private void UploadWith(RecordedCommands upload) => _submits[0][0] = _submitsWithPreparation[0][0] = upload;

    private RecordedCommands RecordBefore(PlanTensor? partial, long partialBytes)
    {
        using CommandRecorder recorder = _program.Device.CreateRecorder($"{_program.Name} upload {_index}");
        if (_timestamps is not null)
        {
            recorder.ResetTimestamps(_timestamps);
            recorder.WriteTimestamp(_timestamps, 0);
        }
        // The step before may still read the inputs.
        recorder.MemoryBarrier(BarrierKind.Device);
        if (Upload is null) return recorder.Finish();
        (long leftOut, long after) = partial is null ? (Upload.SizeBytes, Upload.SizeBytes) : (partial.Range.OffsetBytes + partialBytes, partial.Range.OffsetBytes + partial.Range.SizeBytes);
        CopyInputs(recorder, 0, leftOut);
        CopyInputs(recorder, after, Upload.SizeBytes);
        return recorder.Finish();
    }

    private void CopyInputs(CommandRecorder recorder, long begin, long end)
    {
        if (end > begin) recorder.CopyBuffer(Upload!.Range(begin, end - begin), _program.InputBuffer!.Range(begin, end - begin));
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
