using System;
using System.Linq;
using Silk.NET.Vulkan;
using VkDevice = Silk.NET.Vulkan.Device;

namespace Cim.Vulkan.Device;

internal sealed unsafe partial class VulkanApi
{
    public PipelineExecutablePropertiesKHR[] PipelineExecutables(VkDevice device, Pipeline pipeline)
    {
        const string call = "vkGetPipelineExecutablePropertiesKHR";
        var function = (delegate* unmanaged[Cdecl]<VkDevice, PipelineInfoKHR*, uint*, PipelineExecutablePropertiesKHR*, Result>)DeviceFunction(device, call);
        var info = new PipelineInfoKHR { SType = StructureType.PipelineInfoKhr, Pipeline = pipeline };
        uint count = 0;
        Check(Injected(call) ?? function(device, &info, &count, null), call);
        var properties = new PipelineExecutablePropertiesKHR[count];
        for (var i = 0; i < properties.Length; i++) properties[i].SType = StructureType.PipelineExecutablePropertiesKhr;
        fixed (PipelineExecutablePropertiesKHR* p = properties) Check(function(device, &info, &count, p), call);
        return properties;
    }

    public PipelineExecutableStatisticKHR[] ExecutableStatistics(VkDevice device, Pipeline pipeline, uint executable)
    {
        const string call = "vkGetPipelineExecutableStatisticsKHR";
        var function = (delegate* unmanaged[Cdecl]<VkDevice, PipelineExecutableInfoKHR*, uint*, PipelineExecutableStatisticKHR*, Result>)DeviceFunction(device, call);
        var info = new PipelineExecutableInfoKHR { SType = StructureType.PipelineExecutableInfoKhr, Pipeline = pipeline, ExecutableIndex = executable };
        uint count = 0;
        Check(Injected(call) ?? function(device, &info, &count, null), call);
        var statistics = new PipelineExecutableStatisticKHR[count];
        for (var i = 0; i < statistics.Length; i++) statistics[i].SType = StructureType.PipelineExecutableStatisticKhr;
        fixed (PipelineExecutableStatisticKHR* p = statistics) Check(function(device, &info, &count, p), call);
        return statistics;
    }

    /// <summary>Internal representations; without <paramref name="room"/> only their sizes, with it their bytes into its data pointers.</summary>
    public PipelineExecutableInternalRepresentationKHR[] ExecutableTexts(VkDevice device, Pipeline pipeline, uint executable, PipelineExecutableInternalRepresentationKHR[]? room)
    {
        const string call = "vkGetPipelineExecutableInternalRepresentationsKHR";
        var function = (delegate* unmanaged[Cdecl]<VkDevice, PipelineExecutableInfoKHR*, uint*, PipelineExecutableInternalRepresentationKHR*, Result>)DeviceFunction(device, call);
        var info = new PipelineExecutableInfoKHR { SType = StructureType.PipelineExecutableInfoKhr, Pipeline = pipeline, ExecutableIndex = executable };
        var count = (uint)(room?.Length ?? 0);
        if (room is null)
        {
            Check(Injected(call) ?? function(device, &info, &count, null), call);
            room = Enumerable.Repeat(new PipelineExecutableInternalRepresentationKHR { SType = StructureType.PipelineExecutableInternalRepresentationKhr }, (int)count).ToArray();
        }
        fixed (PipelineExecutableInternalRepresentationKHR* p = room) Check(function(device, &info, &count, p), call);
        return room;
    }

    private IntPtr DeviceFunction(VkDevice device, string name)
    {
        IntPtr address = _vk.GetDeviceProcAddr(device, name);
        return address != IntPtr.Zero ? address : throw new VulkanException($"The driver has no {name}, though it says that it has the extension.");
    }
}
