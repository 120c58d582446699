using System;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device;

/// <summary>Reads the shapes of VK_KHR_cooperative_matrix.</summary>
internal static unsafe class CooperativeMatrixQuery
{
    private const string Call = "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR";

    public static CooperativeMatrixShape[] Run(VulkanInstance instance, PhysicalDevice physical)
    {
        var address = instance.Api.InstanceFunction(instance.Handle, Call);
        if (address == IntPtr.Zero) return Array.Empty<CooperativeMatrixShape>();
        var function = (delegate* unmanaged[Cdecl]<PhysicalDevice, uint*, CooperativeMatrixPropertiesKHR*, Result>)address;
        uint count = 0;
        Check(function(physical, &count, null));
        var properties = new CooperativeMatrixPropertiesKHR[count];
        for (var i = 0; i < properties.Length; i++) properties[i].SType = StructureType.CooperativeMatrixPropertiesKhr;
        fixed (CooperativeMatrixPropertiesKHR* p = properties) Check(function(physical, &count, p));
        return Array.ConvertAll(properties, Shape);
    }

    private static CooperativeMatrixShape Shape(CooperativeMatrixPropertiesKHR p) => new(
        (int)p.MSize, (int)p.NSize, (int)p.KSize, Component(p.AType), Component(p.BType), Component(p.CType), Component(p.ResultType), Scope(p.Scope), p.SaturatingAccumulation);

    public static string Scope(ScopeKHR scope) => scope == ScopeKHR.SubgroupKhr ? "Subgroup" : scope == ScopeKHR.WorkgroupKhr ? "Workgroup" : scope.ToString();

    public static string Component(ComponentTypeKHR type) => (int)type switch
    {
        0 => "Float16",
        1 => "Float32",
        2 => "Float64",
        3 => "SInt8",
        4 => "SInt16",
        5 => "SInt32",
        6 => "SInt64",
        7 => "UInt8",
        8 => "UInt16",
        9 => "UInt32",
        10 => "UInt64",
        1000141000 => "BFloat16",
        1000491002 => "Float8E4M3",
        1000491003 => "Float8E5M2",
        var other => $"ComponentType{other}",
    };

    private static void Check(Result result)
    {
        if (result < 0) throw new VulkanException(Call, result);
    }
}
