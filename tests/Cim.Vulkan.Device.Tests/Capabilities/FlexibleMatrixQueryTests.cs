using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device.Tests.Capabilities;

/// <summary>The sizes of matrices as a driver writes them: a function with the layout of Vulkan's header stands for one, for few drivers have it.</summary>
public sealed unsafe class FlexibleMatrixQueryTests
{
    private const int StructBytes = 56, FirstField = 16;
    private const uint StructureTypeOfHeader = 1000593001;

    // M, N and K granularity, types of A, B, C and the result, saturation, scope, invocations of the workgroup.
    private static readonly uint[][] s_rows =
    [
        [32, 64, 16, 0, 0, 1, 1, 0, 2, 256],
        [16, 8, 32, 3, 3, 5, 5, 1, 3, 0],
        [32, 32, 16, 1000141000, 1000141000, 1, 1, 0, 2, 128],
    ];

    [Test]
    public void Every_field_is_read_from_its_place() => Assert.That(Read(&Driver), Is.EqualTo(new[]
    {
        new FlexibleMatrixShape(32, 64, 16, "Float16", "Float16", "Float32", "Float32", "Workgroup", 256, false),
        new FlexibleMatrixShape(16, 8, 32, "SInt8", "SInt8", "SInt32", "SInt32", "Subgroup", 0, true),
        new FlexibleMatrixShape(32, 32, 16, "BFloat16", "BFloat16", "Float32", "Float32", "Workgroup", 128, false),
    }));

    [Test]
    public void A_driver_without_the_function_has_none() => Assert.That(FlexibleMatrixQuery.Run(IntPtr.Zero, default), Is.Empty);

    [Test]
    public void A_result_that_is_an_error_is_told() =>
        Assert.That(() => Read(&Broken), Throws.TypeOf<VulkanException>().With.Message.Contains("vkGetPhysicalDeviceCooperativeMatrixFlexibleDimensionsPropertiesNV"));

    private static FlexibleMatrixShape[] Read(delegate* unmanaged[Cdecl]<PhysicalDevice, uint*, byte*, Result> driver) => FlexibleMatrixQuery.Run((IntPtr)driver, default);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Result Driver(PhysicalDevice device, uint* count, byte* properties)
    {
        if (properties == null)
        {
            *count = (uint)s_rows.Length;
            return Result.Success;
        }
        for (int row = 0; row < s_rows.Length; row++)
        {
            byte* target = properties + (row * StructBytes);
            if (*(uint*)target != StructureTypeOfHeader) return Result.ErrorUnknown;
            for (int field = 0; field < s_rows[row].Length; field++) *(uint*)(target + FirstField + (field * sizeof(uint))) = s_rows[row][field];
        }
        return Result.Success;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Result Broken(PhysicalDevice device, uint* count, byte* properties) => Result.ErrorOutOfHostMemory;
}
