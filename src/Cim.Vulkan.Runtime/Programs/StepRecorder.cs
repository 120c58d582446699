using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Runtime;

/// <summary>Writes a plan into commands: any recorder will do, so that a plan can also go into commands that belong to an engine.</summary>
internal sealed class StepRecorder
{
    private readonly PipelineSet _pipelines;
    private readonly GpuBuffer[] _buffers;

    public StepRecorder(PipelineSet pipelines, GpuBuffer[] buffers)
    {
        _pipelines = pipelines;
        _buffers = buffers;
    }

    public void Record(CommandRecorder recorder, IReadOnlyList<PlanStep> steps, int first, int count, bool leaveOutBarriers, Action<int>? beforeStep = null)
    {
        for (int i = first; i < first + count; i++)
        {
            PlanStep step = steps[i];
            if (step.BarrierBefore && !leaveOutBarriers) recorder.MemoryBarrier(BarrierKind.Device);
            beforeStep?.Invoke(i);
            recorder.BeginLabel(step.Label);
            Record(recorder, step);
            recorder.EndLabel();
        }
    }

    public BufferRange RangeOf(PlanRange range) => _buffers[range.Buffer].Range(range.OffsetBytes, range.SizeBytes);

    private void Record(CommandRecorder recorder, PlanStep step)
    {
        switch (step)
        {
            case DispatchStep dispatch:
                BufferRange[] operands = dispatch.Call.Operands.Select(RangeOf).ToArray();
                recorder.BindAndDispatch(_pipelines[dispatch.Call], operands, dispatch.Call.PushConstants, dispatch.GroupsX, dispatch.GroupsY, dispatch.GroupsZ);
                break;
            case FillStep fill:
                recorder.FillBuffer(RangeOf(fill.Target), fill.Word);
                break;
            case CopyStep copy:
                recorder.CopyBuffer(RangeOf(copy.Source), RangeOf(copy.Target));
                break;
            default:
                throw new NotSupportedException($"{step.Label}: a plan step of type {step.GetType().Name} cannot be recorded");
        }
    }
}
