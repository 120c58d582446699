using System;
using System.Collections.Generic;
using System.Linq;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>The process's connection to Vulkan: loader, validation messages, and the list of devices.</summary>
public sealed unsafe class VulkanInstance : IDisposable
{
    /// <summary>The name of the Khronos validation layer.</summary>
    public const string ValidationLayer = "VK_LAYER_KHRONOS_validation";

    private readonly MessageCollector _collector;
    private readonly List<GpuDevice> _devices = new();
    private DebugUtilsMessengerEXT _messenger;
    private bool _disposed;

    private VulkanInstance(VulkanApi api, Instance handle, MessageCollector collector, bool validation, bool debugUtils, uint apiVersion)
    {
        Api = api;
        Handle = handle;
        _collector = collector;
        ValidationEnabled = validation;
        DebugUtilsEnabled = debugUtils;
        ApiVersion = apiVersion;
    }

    /// <summary>Reports an object of a device that was collected without Dispose.</summary>
    ~VulkanInstance() => LeakReport.Raise("VulkanInstance");

    /// <summary>True when the validation layer is on.</summary>
    public bool ValidationEnabled { get; }

    /// <summary>The validation messages collected so far, oldest first.</summary>
    public IReadOnlyList<ValidationMessage> Messages => _collector.Snapshot();

    internal VulkanApi Api { get; }

    internal Instance Handle { get; }

    internal bool DebugUtilsEnabled { get; }

    internal uint ApiVersion { get; }

    /// <summary>True when the machine has a Vulkan loader and the validation layer.</summary>
    public static bool IsValidationAvailable()
    {
        using var api = VulkanApi.Load();
        return api.InstanceLayers().Contains(ValidationLayer);
    }

    /// <summary>Loads Vulkan and creates an instance.</summary>
    /// <exception cref="VulkanUnavailableException">There is no loader, it is older than 1.2, or the validation layer is missing.</exception>
    public static VulkanInstance Create(VulkanInstanceOptions? options = null)
    {
        options ??= new VulkanInstanceOptions();
        var api = VulkanApi.Load();
        try
        {
            return Create(api, options);
        }
        catch
        {
            api.Dispose();
            throw;
        }
    }

    /// <summary>Returns the collected messages and forgets them.</summary>
    public IReadOnlyList<ValidationMessage> DrainMessages() => _collector.Drain();

    /// <summary>The devices of the machine: discrete GPUs first, then integrated, virtual, others, CPU drivers last.</summary>
    public IReadOnlyList<DeviceDescription> EnumerateDevices()
    {
        ThrowIfDisposed();
        var found = Api.PhysicalDevices(Handle)
            .Select(physical => (physical, capabilities: CapabilityQuery.Run(this, physical)))
            .OrderBy(d => DeviceSelector.Rank(d.capabilities.Type))
            .ToArray();
        return found.Select((d, index) => new DeviceDescription(index, d.capabilities) { Physical = d.physical }).ToArray();
    }

    /// <summary>Closes the devices that are still open, then the instance; a second call does nothing.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        GC.SuppressFinalize(this);
        GpuDevice[] open;
        lock (_devices) open = _devices.ToArray();
        foreach (var device in open) device.Dispose();
        if (_messenger.Handle != 0)
        {
            var destroy = (delegate* unmanaged[Cdecl]<Instance, DebugUtilsMessengerEXT, void*, void>)Api.InstanceFunction(Handle, "vkDestroyDebugUtilsMessengerEXT");
            destroy(Handle, _messenger, null);
        }
        Api.DestroyInstance(Handle);
        Api.Dispose();
        GC.KeepAlive(_collector);
    }

    internal void Attach(GpuDevice device)
    {
        lock (_devices) _devices.Add(device);
    }

    internal void Detach(GpuDevice device)
    {
        lock (_devices) _devices.Remove(device);
    }

    internal void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(nameof(VulkanInstance));
    }

    private static VulkanInstance Create(VulkanApi api, VulkanInstanceOptions options)
    {
        var loader = api.InstanceVersion();
        if (loader < Vk.Version12)
        {
            throw new VulkanUnavailableException($"The Vulkan loader is version {VulkanVersion.Text(loader)}; 1.2 or newer is needed: update libvulkan1 or the GPU driver.");
        }
        var version = Math.Min(loader, (uint)Vk.Version13);
        var validation = options.Validation ? ValidationSettings.Find(api) : null;
        var debugUtils = options.Validation || api.InstanceExtensions(null).Contains("VK_EXT_debug_utils");
        var collector = new MessageCollector(options.OnMessage);
        var messengerInfo = collector.CreateInfo();
        var handle = CreateHandle(api, options.ApplicationName, version, validation, debugUtils, &messengerInfo);
        var instance = new VulkanInstance(api, handle, collector, options.Validation, debugUtils, version);
        if (options.Validation) instance.CreateMessenger(&messengerInfo);
        return instance;
    }

    private static Instance CreateHandle(VulkanApi api, string name, uint version, ValidationSettings? validation, bool debugUtils,
        DebugUtilsMessengerCreateInfoEXT* messenger)
    {
        var extensions = new List<string>();
        if (debugUtils) extensions.Add("VK_EXT_debug_utils");
        if (validation is not null) extensions.Add(validation.Extension);
        using var layerNames = new VulkanApi.StringArray(validation is null ? Array.Empty<string>() : new[] { ValidationLayer });
        using var extensionNames = new VulkanApi.StringArray(extensions.ToArray());
        using var text = new VulkanApi.StringArray(new[] { name, "Cim.Vulkan" });
        var application = new ApplicationInfo
        {
            SType = StructureType.ApplicationInfo,
            PApplicationName = text.Pointer[0],
            PEngineName = text.Pointer[1],
            ApiVersion = version,
        };
        var info = new InstanceCreateInfo
        {
            SType = StructureType.InstanceCreateInfo,
            PApplicationInfo = &application,
            EnabledLayerCount = layerNames.Count,
            PpEnabledLayerNames = layerNames.Pointer,
            EnabledExtensionCount = extensionNames.Count,
            PpEnabledExtensionNames = extensionNames.Pointer,
        };
        return validation is null ? api.CreateInstance(info) : validation.CreateInstance(api, info, messenger);
    }

    private void CreateMessenger(DebugUtilsMessengerCreateInfoEXT* info)
    {
        var create = (delegate* unmanaged[Cdecl]<Instance, DebugUtilsMessengerCreateInfoEXT*, void*, DebugUtilsMessengerEXT*, Result>)
            Api.InstanceFunction(Handle, "vkCreateDebugUtilsMessengerEXT");
        DebugUtilsMessengerEXT messenger;
        var result = create(Handle, info, null, &messenger);
        if (result < 0) throw new VulkanException("vkCreateDebugUtilsMessengerEXT", result);
        _messenger = messenger;
    }
}
