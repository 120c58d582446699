using Silk.NET.Core.Native;
using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

/// <summary>Names and labels for validation messages and captures; does nothing when the instance has no debug utils.</summary>
internal sealed unsafe class DebugNames
{
    private readonly VulkanApi _api;
    private readonly VkDevice _device;
    private readonly delegate* unmanaged[Cdecl]<VkDevice, DebugUtilsObjectNameInfoEXT*, Result> _setName;
    private readonly delegate* unmanaged[Cdecl]<CommandBuffer, DebugUtilsLabelEXT*, void> _begin;
    private readonly delegate* unmanaged[Cdecl]<CommandBuffer, void> _end;

    public DebugNames(VulkanInstance instance, VulkanApi api, VkDevice device)
    {
        _api = api;
        _device = device;
        if (!instance.DebugUtilsEnabled) return;
        _setName = (delegate* unmanaged[Cdecl]<VkDevice, DebugUtilsObjectNameInfoEXT*, Result>)api.InstanceFunction(instance.Handle, "vkSetDebugUtilsObjectNameEXT");
        _begin = (delegate* unmanaged[Cdecl]<CommandBuffer, DebugUtilsLabelEXT*, void>)api.InstanceFunction(instance.Handle, "vkCmdBeginDebugUtilsLabelEXT");
        _end = (delegate* unmanaged[Cdecl]<CommandBuffer, void>)api.InstanceFunction(instance.Handle, "vkCmdEndDebugUtilsLabelEXT");
    }

    public void Name(ObjectType type, ulong handle, string name)
    {
        if (_setName != null) _api.SetObjectName(_device, _setName, type, handle, name);
    }

    public void Begin(CommandBuffer commands, string label)
    {
        if (_begin == null) return;
        var text = SilkMarshal.StringToPtr(label);
        var info = new DebugUtilsLabelEXT { SType = StructureType.DebugUtilsLabelExt, PLabelName = (byte*)text };
        _begin(commands, &info);
        SilkMarshal.Free(text);
    }

    public void End(CommandBuffer commands)
    {
        if (_end != null) _end(commands);
    }
}
