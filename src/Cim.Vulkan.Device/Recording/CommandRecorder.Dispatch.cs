using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

public sealed unsafe partial class CommandRecorder
{
    private const int MaxOperands = 64;

    /// <summary>Binds a pipeline with its operands and push constants, and launches x * y * z workgroups.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="operands">One range for each storage buffer of the pipeline, in binding order.</param>
    /// <param name="pushConstants">Exactly the bytes of the pipeline's push-constant block.</param>
    /// <param name="x">Workgroups in x.</param>
    /// <param name="y">Workgroups in y.</param>
    /// <param name="z">Workgroups in z.</param>
    /// <exception cref="ArgumentException">A count, size, range or alignment does not fit the pipeline or the device; the message says which.</exception>
    public void BindAndDispatch(ComputePipeline pipeline, ReadOnlySpan<BufferRange> operands, ReadOnlySpan<byte> pushConstants, uint x, uint y, uint z)
    {
        ThrowIfEnded();
        if (pipeline is null) throw new ArgumentNullException(nameof(pipeline));
        CheckLaunch(pipeline, operands, pushConstants, x, y, z);
        if (_bound != pipeline)
        {
            _device.Api.BindPipeline(_commands, pipeline.Handle);
            _bound = pipeline;
        }
        if (operands.Length > 0) _device.Api.BindSet(_commands, pipeline.Layout, WriteSet(pipeline, operands));
        if (pushConstants.Length > 0) _device.Api.PushConstants(_commands, pipeline.Layout, pushConstants);
        _device.Api.Dispatch(_commands, x, y, z);
        _launches.Add(pipeline.Name);
    }

    private DescriptorSet WriteSet(ComputePipeline pipeline, ReadOnlySpan<BufferRange> operands)
    {
        var set = _descriptors.Allocate(pipeline);
        var infos = stackalloc DescriptorBufferInfo[operands.Length];
        var writes = stackalloc WriteDescriptorSet[operands.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            infos[i] = new DescriptorBufferInfo
            {
                Buffer = operands[i].Buffer.Handle,
                Offset = (ulong)operands[i].OffsetBytes,
                Range = (ulong)operands[i].SizeBytes,
            };
            writes[i] = new WriteDescriptorSet
            {
                SType = StructureType.WriteDescriptorSet,
                DstSet = set,
                DstBinding = (uint)i,
                DescriptorCount = 1,
                DescriptorType = DescriptorType.StorageBuffer,
                PBufferInfo = infos + i,
            };
        }
        _device.Api.UpdateSets(_device.Handle, (uint)operands.Length, writes);
        return set;
    }

    private void CheckLaunch(ComputePipeline pipeline, ReadOnlySpan<BufferRange> operands, ReadOnlySpan<byte> push, uint x, uint y, uint z)
    {
        var name = $"{_label}: {pipeline.Name}";
        var limits = _device.Capabilities.Limits;
        if (pipeline.Device != _device) throw new ArgumentException($"{name}: the pipeline belongs to another device.");
        if (operands.Length != pipeline.StorageBufferCount || operands.Length > MaxOperands)
        {
            throw new ArgumentException($"{name}: {pipeline.StorageBufferCount} buffers needed, got {operands.Length}.");
        }
        if (push.Length != pipeline.PushConstantBytes)
        {
            throw new ArgumentException($"{name}: {pipeline.PushConstantBytes} bytes of push constants needed, got {push.Length}.");
        }
        var max = limits.MaxComputeWorkGroupCount;
        if (x == 0 || y == 0 || z == 0 || x > max[0] || y > max[1] || z > max[2])
        {
            throw new ArgumentException($"{name}: {x} x {y} x {z} workgroups; each must be at least 1 and at most {max[0]} x {max[1]} x {max[2]}.");
        }
        for (var i = 0; i < operands.Length; i++) CheckOperand(operands[i], limits, $"{name}: operand {i}");
    }

    private void CheckOperand(in BufferRange range, DeviceLimits limits, string role)
    {
        range.Check(_device, role);
        if (range.OffsetBytes % limits.MinStorageBufferOffsetAlignmentBytes != 0)
        {
            throw new ArgumentException($"{role}: offset {range.OffsetBytes} is not a multiple of {limits.MinStorageBufferOffsetAlignmentBytes}.");
        }
        if (range.SizeBytes > limits.MaxStorageBufferRangeBytes)
        {
            throw new ArgumentException($"{role}: {ByteText.Of(range.SizeBytes)} is more than the {ByteText.Of(limits.MaxStorageBufferRangeBytes)} that one binding may have: split the tensor.");
        }
    }
}
