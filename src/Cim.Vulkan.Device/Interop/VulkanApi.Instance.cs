using System.Collections.Generic;
using Silk.NET.Core.Loader;
using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

internal sealed unsafe partial class VulkanApi
{
    public uint InstanceVersion()
    {
        uint version = Vk.Version10;
        try
        {
            Check(Injected("vkEnumerateInstanceVersion") ?? _vk.EnumerateInstanceVersion(ref version), "vkEnumerateInstanceVersion");
        }
        catch (SymbolLoadingException e)
        {
            // A loader of Vulkan 1.0 has no such function, nor has a file that only bears the loader's name.
            throw new VulkanUnavailableException("The Vulkan loader is broken or older than 1.1: update or reinstall libvulkan1 or the GPU driver.", e);
        }
        return version;
    }

    public HashSet<string> InstanceLayers()
    {
        const string call = "vkEnumerateInstanceLayerProperties";
        uint count = 0;
        Check(Injected(call) ?? _vk.EnumerateInstanceLayerProperties(&count, null), call);
        var properties = new LayerProperties[count];
        fixed (LayerProperties* p = properties) Check(_vk.EnumerateInstanceLayerProperties(&count, p), call);
        var names = new HashSet<string>();
        foreach (var property in properties) names.Add(Text(property.LayerName));
        return names;
    }

    public HashSet<string> InstanceExtensions(string? layer)
    {
        const string call = "vkEnumerateInstanceExtensionProperties";
        uint count = 0;
        var layerName = Silk.NET.Core.Native.SilkMarshal.StringToPtr(layer);
        try
        {
            Check(Injected(call) ?? _vk.EnumerateInstanceExtensionProperties((byte*)layerName, &count, null), call);
            var properties = new ExtensionProperties[count];
            fixed (ExtensionProperties* p = properties) Check(_vk.EnumerateInstanceExtensionProperties((byte*)layerName, &count, p), call);
            return Names(properties);
        }
        finally
        {
            Silk.NET.Core.Native.SilkMarshal.Free(layerName);
        }
    }

    public HashSet<string> DeviceExtensions(PhysicalDevice physical)
    {
        const string call = "vkEnumerateDeviceExtensionProperties";
        uint count = 0;
        Check(Injected(call) ?? _vk.EnumerateDeviceExtensionProperties(physical, (byte*)null, &count, null), call);
        var properties = new ExtensionProperties[count];
        fixed (ExtensionProperties* p = properties)
        {
            Check(_vk.EnumerateDeviceExtensionProperties(physical, (byte*)null, &count, p), call);
        }
        return Names(properties);
    }

    private static HashSet<string> Names(ExtensionProperties[] properties)
    {
        var names = new HashSet<string>();
        foreach (var property in properties) names.Add(Text(property.ExtensionName));
        return names;
    }

    public Instance CreateInstance(in InstanceCreateInfo info)
    {
        Instance instance = default;
        fixed (InstanceCreateInfo* p = &info)
        {
            Result result = Injected("vkCreateInstance") ?? _vk.CreateInstance(p, null, &instance);
            if (result == Result.ErrorIncompatibleDriver)
            {
                throw new VulkanUnavailableException(
                    "The Vulkan loader found no driver: install your GPU vendor's driver, or the CPU driver with `apt-get install mesa-vulkan-drivers`.");
            }
            Check(result, "vkCreateInstance");
        }
        _vk.CurrentInstance = instance;
        return instance;
    }

    public void DestroyInstance(Instance instance) => _vk.DestroyInstance(instance, null);

    public PhysicalDevice[] PhysicalDevices(Instance instance)
    {
        const string call = "vkEnumeratePhysicalDevices";
        uint count = 0;
        Check(Injected(call) ?? _vk.EnumeratePhysicalDevices(instance, &count, null), call);
        var devices = new PhysicalDevice[count];
        fixed (PhysicalDevice* p = devices) Check(_vk.EnumeratePhysicalDevices(instance, &count, p), call);
        return devices;
    }

    public PhysicalDeviceProperties Properties(PhysicalDevice physical)
    {
        PhysicalDeviceProperties properties;
        _vk.GetPhysicalDeviceProperties(physical, &properties);
        return properties;
    }

    public void Properties2(PhysicalDevice physical, PhysicalDeviceProperties2* properties) => _vk.GetPhysicalDeviceProperties2(physical, properties);

    public void Features2(PhysicalDevice physical, PhysicalDeviceFeatures2* features) => _vk.GetPhysicalDeviceFeatures2(physical, features);

    public void MemoryProperties2(PhysicalDevice physical, PhysicalDeviceMemoryProperties2* properties) =>
        _vk.GetPhysicalDeviceMemoryProperties2(physical, properties);

    public QueueFamilyProperties[] QueueFamilies(PhysicalDevice physical)
    {
        uint count = 0;
        _vk.GetPhysicalDeviceQueueFamilyProperties(physical, &count, null);
        var families = new QueueFamilyProperties[count];
        fixed (QueueFamilyProperties* p = families) _vk.GetPhysicalDeviceQueueFamilyProperties(physical, &count, p);
        return families;
    }

    public VkDevice CreateDevice(PhysicalDevice physical, DeviceCreateInfo* info)
    {
        VkDevice device = default;
        Check(Injected("vkCreateDevice") ?? _vk.CreateDevice(physical, info, null, &device), "vkCreateDevice");
        return device;
    }

    /// <summary>A seam of its own for one device: its functions are loaded for that device and skip the loader.</summary>
    public VulkanApi ForDevice(Instance instance, VkDevice device)
    {
        var vk = Vk.GetApi();
        vk.CurrentInstance = instance;
        vk.CurrentDevice = device;
        return new VulkanApi(vk) { FaultInjection = FaultInjection };
    }

    public Queue GetQueue(VkDevice device, uint family)
    {
        Queue queue;
        _vk.GetDeviceQueue(device, family, 0, &queue);
        return queue;
    }

    public void DestroyDevice(VkDevice device) => _vk.DestroyDevice(device, null);

    /// <summary>Waits for the device to be idle; true unless it was lost (then there is nothing to wait for).</summary>
    public bool TryWaitIdle(VkDevice device) => (Injected("vkDeviceWaitIdle") ?? _vk.DeviceWaitIdle(device)) == Result.Success;
}
