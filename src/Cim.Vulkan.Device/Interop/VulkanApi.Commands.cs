using System;
using Silk.NET.Vulkan;
using VkBuffer = Silk.NET.Vulkan.Buffer;
using VkDevice = Silk.NET.Vulkan.Device;
using VkSemaphore = Silk.NET.Vulkan.Semaphore;

namespace Cim.Vulkan.Device;

internal sealed unsafe partial class VulkanApi
{
    public CommandPool CreateCommandPool(VkDevice device, uint family)
    {
        var info = new CommandPoolCreateInfo { SType = StructureType.CommandPoolCreateInfo, QueueFamilyIndex = family };
        CommandPool pool = default;
        Check(Injected("vkCreateCommandPool") ?? _vk.CreateCommandPool(device, &info, null, &pool), "vkCreateCommandPool");
        return pool;
    }

    public void DestroyCommandPool(VkDevice device, CommandPool pool) => _vk.DestroyCommandPool(device, pool, null);

    public CommandBuffer AllocateCommandBuffer(VkDevice device, CommandPool pool)
    {
        var info = new CommandBufferAllocateInfo
        {
            SType = StructureType.CommandBufferAllocateInfo,
            CommandPool = pool,
            Level = CommandBufferLevel.Primary,
            CommandBufferCount = 1,
        };
        CommandBuffer commands = default;
        Check(Injected("vkAllocateCommandBuffers") ?? _vk.AllocateCommandBuffers(device, &info, &commands), "vkAllocateCommandBuffers");
        return commands;
    }

    public void Begin(CommandBuffer commands)
    {
        var info = new CommandBufferBeginInfo { SType = StructureType.CommandBufferBeginInfo };
        Check(Injected("vkBeginCommandBuffer") ?? _vk.BeginCommandBuffer(commands, &info), "vkBeginCommandBuffer");
    }

    public void End(CommandBuffer commands) => Check(Injected("vkEndCommandBuffer") ?? _vk.EndCommandBuffer(commands), "vkEndCommandBuffer");

    public void BindPipeline(CommandBuffer commands, Pipeline pipeline) => _vk.CmdBindPipeline(commands, PipelineBindPoint.Compute, pipeline);

    public void BindSet(CommandBuffer commands, PipelineLayout layout, DescriptorSet set) =>
        _vk.CmdBindDescriptorSets(commands, PipelineBindPoint.Compute, layout, 0, 1, &set, 0, null);

    public void PushConstants(CommandBuffer commands, PipelineLayout layout, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes) _vk.CmdPushConstants(commands, layout, ShaderStageFlags.ComputeBit, 0, (uint)bytes.Length, p);
    }

    public void Dispatch(CommandBuffer commands, uint x, uint y, uint z) => _vk.CmdDispatch(commands, x, y, z);

    public void Barrier(CommandBuffer commands, PipelineStageFlags from, PipelineStageFlags to, MemoryBarrier barrier) =>
        _vk.CmdPipelineBarrier(commands, from, to, 0, 1, &barrier, 0, null, 0, null);

    public void CopyBuffer(CommandBuffer commands, VkBuffer source, VkBuffer destination, BufferCopy region) =>
        _vk.CmdCopyBuffer(commands, source, destination, 1, &region);

    public void FillBuffer(CommandBuffer commands, VkBuffer buffer, ulong offset, ulong size, uint value) =>
        _vk.CmdFillBuffer(commands, buffer, offset, size, value);

    public void ResetQueries(CommandBuffer commands, QueryPool pool, uint count) => _vk.CmdResetQueryPool(commands, pool, 0, count);

    public void WriteTimestamp(CommandBuffer commands, QueryPool pool, uint index) =>
        _vk.CmdWriteTimestamp(commands, PipelineStageFlags.BottomOfPipeBit, pool, index);

    public VkSemaphore CreateTimeline(VkDevice device)
    {
        var type = new SemaphoreTypeCreateInfo { SType = StructureType.SemaphoreTypeCreateInfo, SemaphoreType = SemaphoreType.Timeline };
        var info = new SemaphoreCreateInfo { SType = StructureType.SemaphoreCreateInfo, PNext = &type };
        VkSemaphore semaphore = default;
        Check(Injected("vkCreateSemaphore") ?? _vk.CreateSemaphore(device, &info, null, &semaphore), "vkCreateSemaphore");
        return semaphore;
    }

    public void DestroySemaphore(VkDevice device, VkSemaphore semaphore) => _vk.DestroySemaphore(device, semaphore, null);

    public void Submit(Queue queue, SubmitInfo* info) =>
        Check(Injected("vkQueueSubmit") ?? _vk.QueueSubmit(queue, 1, info, default), "vkQueueSubmit");

    public ulong TimelineValue(VkDevice device, VkSemaphore timeline)
    {
        ulong value = default;
        Check(Injected("vkGetSemaphoreCounterValue") ?? _vk.GetSemaphoreCounterValue(device, timeline, &value), "vkGetSemaphoreCounterValue");
        return value;
    }

    /// <summary>Waits until the timeline has reached the value; false when the time ran out first.</summary>
    public bool TryWait(VkDevice device, VkSemaphore timeline, ulong value, ulong timeoutNanoseconds)
    {
        var info = new SemaphoreWaitInfo { SType = StructureType.SemaphoreWaitInfo, SemaphoreCount = 1, PSemaphores = &timeline, PValues = &value };
        var result = Injected("vkWaitSemaphores") ?? _vk.WaitSemaphores(device, &info, timeoutNanoseconds);
        Check(result, "vkWaitSemaphores");
        return result == Result.Success;
    }
}
