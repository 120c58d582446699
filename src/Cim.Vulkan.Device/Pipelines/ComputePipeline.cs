using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>A compute pipeline; it belongs to its device's cache and lives as long as the device.</summary>
public sealed unsafe class ComputePipeline
{
    private static readonly byte[] s_entryPoint = { (byte)'m', (byte)'a', (byte)'i', (byte)'n', 0 };

    private ComputePipeline(GpuDevice device, in PipelineDescription description)
    {
        Device = device;
        Name = description.Name;
        StorageBufferCount = description.StorageBufferCount;
        PushConstantBytes = description.PushConstantBytes;
    }

    /// <summary>Name in messages and captures.</summary>
    public string Name { get; }

    /// <summary>Storage buffers that a dispatch binds.</summary>
    public int StorageBufferCount { get; }

    /// <summary>Size of its push-constant block.</summary>
    public int PushConstantBytes { get; }

    internal GpuDevice Device { get; }

    internal DescriptorSetLayout SetLayout { get; private set; }

    internal PipelineLayout Layout { get; private set; }

    internal Pipeline Handle { get; private set; }

    internal static ComputePipeline Create(GpuDevice device, in PipelineDescription description, PipelineCache cache, PipelineCreateFlags flags = 0)
    {
        Check(device.Capabilities, description);
        var pipeline = new ComputePipeline(device, description);
        try
        {
            pipeline.SetLayout = device.Api.CreateSetLayout(device.Handle, description.StorageBufferCount);
            pipeline.Layout = device.Api.CreatePipelineLayout(device.Handle, pipeline.SetLayout, description.PushConstantBytes);
            pipeline.Handle = pipeline.Compile(description, cache, flags);
            device.Debug.Name(ObjectType.Pipeline, pipeline.Handle.Handle, description.Name);
            return pipeline;
        }
        catch
        {
            pipeline.Destroy();
            throw;
        }
    }

    internal void Destroy()
    {
        Device.Api.DestroyPipeline(Device.Handle, Handle);
        Device.Api.DestroyPipelineLayout(Device.Handle, Layout);
        Device.Api.DestroySetLayout(Device.Handle, SetLayout);
    }

    private static void Check(DeviceCapabilities capabilities, in PipelineDescription d)
    {
        var limits = capabilities.Limits;
        if (d.Spirv.Length < 20 || d.Spirv.Length % 4 != 0 || BitConverter.ToUInt32(d.Spirv.Span) != 0x07230203u)
        {
            throw new ArgumentException($"Pipeline \"{d.Name}\": the {d.Spirv.Length} bytes are not a SPIR-V module.");
        }
        if (d.StorageBufferCount < 0 || d.StorageBufferCount > limits.MaxStorageBuffersPerStage)
        {
            throw new ArgumentException($"Pipeline \"{d.Name}\": {d.StorageBufferCount} storage buffers, {capabilities.Name} allows {limits.MaxStorageBuffersPerStage}.");
        }
        if (d.PushConstantBytes < 0 || d.PushConstantBytes % 4 != 0 || d.PushConstantBytes > limits.MaxPushConstantsBytes)
        {
            throw new ArgumentException($"Pipeline \"{d.Name}\": {d.PushConstantBytes} bytes of push constants; it must be a multiple of 4 up to {limits.MaxPushConstantsBytes}.");
        }
        if ((d.SpecializationIds?.Length ?? 0) != (d.SpecializationValues?.Length ?? 0))
        {
            throw new ArgumentException($"Pipeline \"{d.Name}\": {d.SpecializationIds?.Length ?? 0} specialization ids but {d.SpecializationValues?.Length ?? 0} values.");
        }
        var subgroup = capabilities.Subgroup;
        var size = d.RequiredSubgroupSize;
        if (size == 0 || IsOnlySize(subgroup, size)) return;
        if (!subgroup.ComputeCanRequireSize || size < subgroup.MinSize || size > subgroup.MaxSize || (size & (size - 1)) != 0)
        {
            throw new ArgumentException($"Pipeline \"{d.Name}\": subgroup size {size} cannot be required; {capabilities.Name} " +
                (subgroup.ComputeCanRequireSize ? $"has powers of two from {subgroup.MinSize} to {subgroup.MaxSize}." : $"has {subgroup.Size} and no choice."));
        }
    }

    // Where there is one size only, nothing need be required.
    private static bool IsOnlySize(SubgroupInfo subgroup, int size) => subgroup.MinSize == size && subgroup.MaxSize == size;

    private Pipeline Compile(in PipelineDescription d, PipelineCache cache, PipelineCreateFlags flags)
    {
        var module = Device.Api.CreateShaderModule(Device.Handle, d.Spirv.Span);
        var count = d.SpecializationIds?.Length ?? 0;
        var entries = stackalloc SpecializationMapEntry[Math.Max(1, count)];
        for (var i = 0; i < count; i++) entries[i] = new SpecializationMapEntry { ConstantID = d.SpecializationIds![i], Offset = (uint)(i * 4), Size = 4 };
        var required = RequiredSize(d.RequiredSubgroupSize);
        var requires = d.RequiredSubgroupSize > 0;
        try
        {
            fixed (uint* values = d.SpecializationValues)
            fixed (byte* entry = s_entryPoint)
            {
                var specialization = new SpecializationInfo { MapEntryCount = (uint)count, PMapEntries = entries, DataSize = (nuint)(count * 4), PData = values };
                var info = new ComputePipelineCreateInfo
                {
                    SType = StructureType.ComputePipelineCreateInfo,
                    Flags = flags,
                    Layout = Layout,
                    Stage = new PipelineShaderStageCreateInfo
                    {
                        SType = StructureType.PipelineShaderStageCreateInfo,
                        Flags = requires && Device.Capabilities.Features.ComputeFullSubgroups ? PipelineShaderStageCreateFlags.RequireFullSubgroupsBit : 0,
                        PNext = requires && Device.Capabilities.Subgroup.ComputeCanRequireSize ? &required : null,
                        Stage = ShaderStageFlags.ComputeBit,
                        Module = module,
                        PName = entry,
                        PSpecializationInfo = count > 0 ? &specialization : null,
                    },
                };
                return Device.Api.CreateComputePipeline(Device.Handle, cache, info);
            }
        }
        catch (VulkanException e) when (e is not DeviceLostException)
        {
            throw new VulkanException($"Pipeline \"{d.Name}\" could not be made on {Device.Capabilities.Name}: {e.Message}", e);
        }
        finally
        {
            Device.Api.DestroyShaderModule(Device.Handle, module);
        }
    }

    private static PipelineShaderStageRequiredSubgroupSizeCreateInfo RequiredSize(int subgroupSize) => new()
    {
        SType = StructureType.PipelineShaderStageRequiredSubgroupSizeCreateInfo,
        RequiredSubgroupSize = (uint)subgroupSize,
    };
}
