using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

/// <summary>Creates the VkDevice with every feature of <see cref="DeviceFeatures"/> that exists.</summary>
internal static unsafe class DeviceFactory
{
    public static DeviceHandles Create(VulkanInstance instance, DeviceDescription description)
    {
        var api = instance.Api;
        var physical = description.Physical;
        var queue = ComputeQueue.Find(api, physical);
        var version = System.Math.Min(api.Properties(physical).ApiVersion, instance.ApiVersion);
        if (version < Vk.Version12 || queue.Family < 0 || !description.Capabilities.IsUsable)
        {
            throw new VulkanUnavailableException(
                $"{description.Capabilities.Name} has Vulkan {description.Capabilities.ApiVersion}; 1.2 with timeline semaphores and a compute queue is needed: update the driver or choose another device.");
        }
        var device = CreateDevice(api, physical, version, (uint)queue.Family);
        return new DeviceHandles
        {
            Physical = physical,
            Device = device,
            Queue = api.GetQueue(device, (uint)queue.Family),
            QueueFamily = (uint)queue.Family,
            QueueLock = new object(),
            IsOwned = true,
        };
    }

    private static VkDevice CreateDevice(VulkanApi api, PhysicalDevice physical, uint version, uint family)
    {
        var available = api.DeviceExtensions(physical);
        FeatureChain chain;
        FeatureChain.Link(&chain, version, available);
        api.Features2(physical, &chain.Core);
        chain.Trim();
        var priority = 1f;
        var queueInfo = new DeviceQueueCreateInfo
        {
            SType = StructureType.DeviceQueueCreateInfo,
            QueueFamilyIndex = family,
            QueueCount = 1,
            PQueuePriorities = &priority,
        };
        using var extensions = new VulkanApi.StringArray(FeatureChain.EnabledExtensions(version, available).ToArray());
        var info = new DeviceCreateInfo
        {
            SType = StructureType.DeviceCreateInfo,
            PNext = &chain.Core,
            QueueCreateInfoCount = 1,
            PQueueCreateInfos = &queueInfo,
            EnabledExtensionCount = extensions.Count,
            PpEnabledExtensionNames = extensions.Pointer,
        };
        return api.CreateDevice(physical, &info);
    }
}
