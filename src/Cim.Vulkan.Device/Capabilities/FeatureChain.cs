using System.Collections.Generic;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>The feature structs of a device, linked by pNext in place: filled by a query, then trimmed and used to create the device.</summary>
internal unsafe struct FeatureChain
{
    private const string PipelineExecutableProperties = "VK_KHR_pipeline_executable_properties";

    private static readonly string[] s_whereTheyExist =
    {
        "VK_KHR_cooperative_matrix", "VK_NV_cooperative_matrix2", "VK_KHR_shader_bfloat16", PipelineExecutableProperties, "VK_EXT_memory_budget", "VK_KHR_portability_subset",
    };

    public PhysicalDeviceFeatures2 Core;
    public PhysicalDeviceVulkan11Features Vulkan11;
    public PhysicalDeviceVulkan12Features Vulkan12;
    public PhysicalDeviceSubgroupSizeControlFeatures SubgroupSize;
    public PhysicalDeviceMaintenance4Features Maintenance4;
    public PhysicalDeviceCooperativeMatrixFeaturesKHR CooperativeMatrix;
    public PhysicalDeviceCooperativeMatrix2FeaturesNV CooperativeMatrix2;
    public PhysicalDeviceShaderBfloat16FeaturesKHR BFloat16;
    public PhysicalDevicePipelineExecutablePropertiesFeaturesKHR PipelineExecutables;

    /// <summary>Links the structs that the device knows; the chain must not move afterwards.</summary>
    public static void Link(FeatureChain* chain, uint apiVersion, HashSet<string> extensions)
    {
        *chain = default;
        chain->Core.SType = StructureType.PhysicalDeviceFeatures2;
        chain->Vulkan11.SType = StructureType.PhysicalDeviceVulkan11Features;
        chain->Vulkan12.SType = StructureType.PhysicalDeviceVulkan12Features;
        chain->SubgroupSize.SType = StructureType.PhysicalDeviceSubgroupSizeControlFeatures;
        chain->Maintenance4.SType = StructureType.PhysicalDeviceMaintenance4Features;
        chain->CooperativeMatrix.SType = StructureType.PhysicalDeviceCooperativeMatrixFeaturesKhr;
        chain->CooperativeMatrix2.SType = StructureType.PhysicalDeviceCooperativeMatrix2FeaturesNV;
        chain->BFloat16.SType = StructureType.PhysicalDeviceShaderBfloat16FeaturesKhr;
        chain->PipelineExecutables.SType = StructureType.PhysicalDevicePipelineExecutablePropertiesFeaturesKhr;
        void** next = &chain->Core.PNext;
        if (apiVersion >= Vk.Version12)
        {
            next = Append(next, &chain->Vulkan11, &chain->Vulkan11.PNext);
            next = Append(next, &chain->Vulkan12, &chain->Vulkan12.PNext);
        }
        if (HasSubgroupSizeControl(apiVersion, extensions)) next = Append(next, &chain->SubgroupSize, &chain->SubgroupSize.PNext);
        if (HasMaintenance4(apiVersion, extensions)) next = Append(next, &chain->Maintenance4, &chain->Maintenance4.PNext);
        if (extensions.Contains("VK_KHR_cooperative_matrix")) next = Append(next, &chain->CooperativeMatrix, &chain->CooperativeMatrix.PNext);
        if (extensions.Contains("VK_NV_cooperative_matrix2")) next = Append(next, &chain->CooperativeMatrix2, &chain->CooperativeMatrix2.PNext);
        if (extensions.Contains("VK_KHR_shader_bfloat16")) next = Append(next, &chain->BFloat16, &chain->BFloat16.PNext);
        if (extensions.Contains(PipelineExecutableProperties)) Append(next, &chain->PipelineExecutables, &chain->PipelineExecutables.PNext);
    }

    /// <summary>The extensions that must be enabled for what <see cref="Link"/> links.</summary>
    public static List<string> EnabledExtensions(uint apiVersion, HashSet<string> extensions)
    {
        var enabled = new List<string>();
        if (apiVersion < Vk.Version13)
        {
            if (HasSubgroupSizeControl(apiVersion, extensions)) enabled.Add("VK_EXT_subgroup_size_control");
            if (HasMaintenance4(apiVersion, extensions)) enabled.Add("VK_KHR_maintenance4");
        }
        foreach (var name in s_whereTheyExist)
        {
            if (extensions.Contains(name)) enabled.Add(name);
        }
        return enabled;
    }

    public static bool HasSubgroupSizeControl(uint apiVersion, HashSet<string> extensions) =>
        apiVersion >= Vk.Version13 || extensions.Contains("VK_EXT_subgroup_size_control");

    public static bool HasMaintenance4(uint apiVersion, HashSet<string> extensions) =>
        apiVersion >= Vk.Version13 || extensions.Contains("VK_KHR_maintenance4");

    /// <summary>Keeps of what the device can do only what compute needs; the rest stays off.</summary>
    public void Trim()
    {
        var core = Core.Features;
        Core.Features = new PhysicalDeviceFeatures { ShaderInt64 = core.ShaderInt64, ShaderInt16 = core.ShaderInt16 };
        var v11 = Vulkan11;
        Vulkan11 = new PhysicalDeviceVulkan11Features
        {
            SType = v11.SType,
            PNext = v11.PNext,
            StorageBuffer16BitAccess = v11.StorageBuffer16BitAccess,
            UniformAndStorageBuffer16BitAccess = v11.UniformAndStorageBuffer16BitAccess,
        };
        var v12 = Vulkan12;
        Vulkan12 = new PhysicalDeviceVulkan12Features
        {
            SType = v12.SType,
            PNext = v12.PNext,
            StorageBuffer8BitAccess = v12.StorageBuffer8BitAccess,
            ShaderFloat16 = v12.ShaderFloat16,
            ShaderInt8 = v12.ShaderInt8,
            ScalarBlockLayout = v12.ScalarBlockLayout,
            ShaderSubgroupExtendedTypes = v12.ShaderSubgroupExtendedTypes,
            HostQueryReset = v12.HostQueryReset,
            TimelineSemaphore = v12.TimelineSemaphore,
            BufferDeviceAddress = v12.BufferDeviceAddress,
            VulkanMemoryModel = v12.VulkanMemoryModel,
            VulkanMemoryModelDeviceScope = v12.VulkanMemoryModelDeviceScope,
        };
        CooperativeMatrix.CooperativeMatrixRobustBufferAccess = false;
    }

    private static void** Append(void** link, void* item, void** itemNext)
    {
        *link = item;
        return itemNext;
    }
}
