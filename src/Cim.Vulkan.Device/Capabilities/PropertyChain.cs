using System.Collections.Generic;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>The property structs of a device, linked by pNext in place.</summary>
internal unsafe struct PropertyChain
{
    public PhysicalDeviceProperties2 Core;
    public PhysicalDeviceSubgroupProperties Subgroup;
    public PhysicalDeviceVulkan11Properties Vulkan11;
    public PhysicalDeviceVulkan12Properties Vulkan12;
    public PhysicalDeviceSubgroupSizeControlProperties SubgroupSize;
    public PhysicalDeviceMaintenance4Properties Maintenance4;
    public PhysicalDeviceCooperativeMatrix2PropertiesNV CooperativeMatrix2;

    /// <summary>Links the structs that the device knows; the chain must not move afterwards.</summary>
    public static void Link(PropertyChain* chain, uint apiVersion, HashSet<string> extensions)
    {
        *chain = default;
        chain->Core.SType = StructureType.PhysicalDeviceProperties2;
        chain->Subgroup.SType = StructureType.PhysicalDeviceSubgroupProperties;
        chain->Vulkan11.SType = StructureType.PhysicalDeviceVulkan11Properties;
        chain->Vulkan12.SType = StructureType.PhysicalDeviceVulkan12Properties;
        chain->SubgroupSize.SType = StructureType.PhysicalDeviceSubgroupSizeControlProperties;
        chain->Maintenance4.SType = StructureType.PhysicalDeviceMaintenance4Properties;
        chain->CooperativeMatrix2.SType = StructureType.PhysicalDeviceCooperativeMatrix2PropertiesNV;
        chain->Core.PNext = &chain->Subgroup;
        void** next = &chain->Subgroup.PNext;
        if (apiVersion >= Vk.Version12)
        {
            *next = &chain->Vulkan11;
            chain->Vulkan11.PNext = &chain->Vulkan12;
            next = &chain->Vulkan12.PNext;
        }
        if (FeatureChain.HasSubgroupSizeControl(apiVersion, extensions))
        {
            *next = &chain->SubgroupSize;
            next = &chain->SubgroupSize.PNext;
        }
        if (FeatureChain.HasMaintenance4(apiVersion, extensions))
        {
            *next = &chain->Maintenance4;
            next = &chain->Maintenance4.PNext;
        }
        if (extensions.Contains("VK_NV_cooperative_matrix2")) *next = &chain->CooperativeMatrix2;
    }
}
