using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Reads the sizes of matrices that VK_NV_cooperative_matrix2 allows.</summary>
internal static unsafe class FlexibleMatrixQuery
{
    private const string Call = "vkGetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV";

    public static FlexibleMatrixShape[] Run(VulkanInstance instance, PhysicalDevice physical) => Run(instance.Api.InstanceFunction(instance.Handle, Call), physical);

    /// <summary>Reads them through the function's address; none where it is zero.</summary>
    public static FlexibleMatrixShape[] Run(IntPtr address, PhysicalDevice physical)
    {
        if (address == IntPtr.Zero) return Array.Empty<FlexibleMatrixShape>();
        var function = (delegate* unmanaged[Cdecl]<PhysicalDevice, uint*, CooperativeMatrixFlexibleDimensionsPropertiesNV*, Result>)address;
        uint count = 0;
        Check(function(physical, &count, null));
        var properties = new CooperativeMatrixFlexibleDimensionsPropertiesNV[count];
        for (var i = 0; i < properties.Length; i++) properties[i].SType = StructureType.CooperativeMatrixFlexibleDimensionsPropertiesNV;
        fixed (CooperativeMatrixFlexibleDimensionsPropertiesNV* p = properties) Check(function(physical, &count, p));
        return Array.ConvertAll(properties, Shape);
    }

    private static FlexibleMatrixShape Shape(CooperativeMatrixFlexibleDimensionsPropertiesNV p) => new(
        (int)p.MGranularity, (int)p.NGranularity, (int)p.KGranularity,
        CooperativeMatrixQuery.Component(p.AType), CooperativeMatrixQuery.Component(p.BType), CooperativeMatrixQuery.Component(p.CType),
        CooperativeMatrixQuery.Component(p.ResultType), CooperativeMatrixQuery.Scope(p.Scope), (int)p.WorkgroupInvocations, p.SaturatingAccumulation);

    private static void Check(Result result)
    {
        if (result < 0) throw new VulkanException(Call, result);
    }
}
