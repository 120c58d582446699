using System;
using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

internal sealed unsafe partial class VulkanApi
{
    public ShaderModule CreateShaderModule(VkDevice device, ReadOnlySpan<byte> spirv)
    {
        ShaderModule module = default;
        fixed (byte* code = spirv)
        {
            var info = new ShaderModuleCreateInfo { SType = StructureType.ShaderModuleCreateInfo, CodeSize = (nuint)spirv.Length, PCode = (uint*)code };
            Check(Injected("vkCreateShaderModule") ?? _vk.CreateShaderModule(device, &info, null, &module), "vkCreateShaderModule");
        }
        return module;
    }

    public void DestroyShaderModule(VkDevice device, ShaderModule module) => _vk.DestroyShaderModule(device, module, null);

    public DescriptorSetLayout CreateSetLayout(VkDevice device, int storageBuffers)
    {
        var bindings = stackalloc DescriptorSetLayoutBinding[Math.Max(1, storageBuffers)];
        for (var i = 0; i < storageBuffers; i++)
        {
            bindings[i] = new DescriptorSetLayoutBinding
            {
                Binding = (uint)i,
                DescriptorType = DescriptorType.StorageBuffer,
                DescriptorCount = 1,
                StageFlags = ShaderStageFlags.ComputeBit,
            };
        }
        var info = new DescriptorSetLayoutCreateInfo
        {
            SType = StructureType.DescriptorSetLayoutCreateInfo,
            BindingCount = (uint)storageBuffers,
            PBindings = bindings,
        };
        DescriptorSetLayout layout = default;
        Check(Injected("vkCreateDescriptorSetLayout") ?? _vk.CreateDescriptorSetLayout(device, &info, null, &layout), "vkCreateDescriptorSetLayout");
        return layout;
    }

    public void DestroySetLayout(VkDevice device, DescriptorSetLayout layout) => _vk.DestroyDescriptorSetLayout(device, layout, null);

    public PipelineLayout CreatePipelineLayout(VkDevice device, DescriptorSetLayout setLayout, int pushConstantBytes)
    {
        var push = new PushConstantRange { StageFlags = ShaderStageFlags.ComputeBit, Size = (uint)pushConstantBytes };
        var info = new PipelineLayoutCreateInfo
        {
            SType = StructureType.PipelineLayoutCreateInfo,
            SetLayoutCount = 1,
            PSetLayouts = &setLayout,
            PushConstantRangeCount = pushConstantBytes > 0 ? 1u : 0u,
            PPushConstantRanges = &push,
        };
        PipelineLayout layout = default;
        Check(Injected("vkCreatePipelineLayout") ?? _vk.CreatePipelineLayout(device, &info, null, &layout), "vkCreatePipelineLayout");
        return layout;
    }

    public void DestroyPipelineLayout(VkDevice device, PipelineLayout layout) => _vk.DestroyPipelineLayout(device, layout, null);

    public Pipeline CreateComputePipeline(VkDevice device, PipelineCache cache, in ComputePipelineCreateInfo info)
    {
        Pipeline pipeline = default;
        fixed (ComputePipelineCreateInfo* p = &info)
        {
            Check(Injected("vkCreateComputePipelines") ?? _vk.CreateComputePipelines(device, cache, 1, p, null, &pipeline), "vkCreateComputePipelines");
        }
        return pipeline;
    }

    public void DestroyPipeline(VkDevice device, Pipeline pipeline) => _vk.DestroyPipeline(device, pipeline, null);

    public PipelineCache CreatePipelineCache(VkDevice device, ReadOnlySpan<byte> data)
    {
        PipelineCache cache = default;
        fixed (byte* p = data)
        {
            var info = new PipelineCacheCreateInfo { SType = StructureType.PipelineCacheCreateInfo, InitialDataSize = (nuint)data.Length, PInitialData = p };
            Check(Injected("vkCreatePipelineCache") ?? _vk.CreatePipelineCache(device, &info, null, &cache), "vkCreatePipelineCache");
        }
        return cache;
    }

    public byte[] PipelineCacheData(VkDevice device, PipelineCache cache)
    {
        const string call = "vkGetPipelineCacheData";
        nuint size = 0;
        Check(Injected(call) ?? _vk.GetPipelineCacheData(device, cache, &size, null), call);
        var data = new byte[(int)size];
        fixed (byte* p = data) Check(_vk.GetPipelineCacheData(device, cache, &size, p), call);
        return (int)size == data.Length ? data : data.AsSpan(0, (int)size).ToArray();
    }

    public void DestroyPipelineCache(VkDevice device, PipelineCache cache) => _vk.DestroyPipelineCache(device, cache, null);

    public DescriptorPool CreateDescriptorPool(VkDevice device, uint sets, uint storageBuffers)
    {
        var size = new DescriptorPoolSize { Type = DescriptorType.StorageBuffer, DescriptorCount = storageBuffers };
        var info = new DescriptorPoolCreateInfo { SType = StructureType.DescriptorPoolCreateInfo, MaxSets = sets, PoolSizeCount = 1, PPoolSizes = &size };
        DescriptorPool pool = default;
        Check(Injected("vkCreateDescriptorPool") ?? _vk.CreateDescriptorPool(device, &info, null, &pool), "vkCreateDescriptorPool");
        return pool;
    }

    public void DestroyDescriptorPool(VkDevice device, DescriptorPool pool) => _vk.DestroyDescriptorPool(device, pool, null);

    public DescriptorSet AllocateSet(VkDevice device, DescriptorPool pool, DescriptorSetLayout layout)
    {
        var info = new DescriptorSetAllocateInfo
        {
            SType = StructureType.DescriptorSetAllocateInfo,
            DescriptorPool = pool,
            DescriptorSetCount = 1,
            PSetLayouts = &layout,
        };
        DescriptorSet set = default;
        Check(Injected("vkAllocateDescriptorSets") ?? _vk.AllocateDescriptorSets(device, &info, &set), "vkAllocateDescriptorSets");
        return set;
    }

    public void UpdateSets(VkDevice device, uint count, WriteDescriptorSet* writes) => _vk.UpdateDescriptorSets(device, count, writes, 0, null);
}
