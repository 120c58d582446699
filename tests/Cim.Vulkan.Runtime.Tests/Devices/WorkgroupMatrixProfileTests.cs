using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Devices;

/// <summary>Which devices are said to multiply matrices that a workgroup holds: those that have every part that the kernels are written with.</summary>
public sealed class WorkgroupMatrixProfileTests
{
    private static DeviceCapabilities Whole => SomeDevice.WithWorkgroupMatrices();

    private static IEnumerable<TestCaseData> Parts => new (string Name, Func<DeviceFeatures, DeviceFeatures> Without)[]
    {
        ("the extension", features => features with { CooperativeMatrix2 = false }),
        ("scope of a workgroup", features => features with { CooperativeMatrixWorkgroupScope = false }),
        ("flexible dimensions", features => features with { CooperativeMatrixFlexibleDimensions = false }),
        ("conversions", features => features with { CooperativeMatrixConversions = false }),
        ("operations on elements", features => features with { CooperativeMatrixPerElementOperations = false }),
        ("tensor addressing", features => features with { CooperativeMatrixTensorAddressing = false }),
        ("block loads", features => features with { CooperativeMatrixBlockLoads = false }),
        ("16-bit storage", features => features with { Storage16Bit = false }),
        ("buffers by address", features => features with { BufferDeviceAddress = false }),
        ("full subgroups", features => features with { ComputeFullSubgroups = false }),
    }.Select(part => new TestCaseData(part.Without).SetArgDisplayNames(part.Name));

    [Test]
    public void A_device_with_all_parts_has_them()
    {
        DeviceProfile profile = DeviceProfiles.Of(Whole);
        Assert.That(profile.WorkgroupMatrices, Is.EqualTo(new[] { new WorkgroupMatrix(Precision.Float16, 32, 64, 16, 128) }));
        Assert.That(profile.MaxWorkgroupMatrixLength, Is.EqualTo(512));
        Assert.That(profile.Features.HasFlag(KernelFeatures.CooperativeMatrix2), Is.True);
        Assert.That(profile.PrefersWorkgroupMatrices, Is.False, "nobody has measured them yet");
        Assert.That(profile.WhyNoWorkgroupMatrices(Precision.Float16), Is.Null);
        Assert.That(profile.WhyNoWorkgroupMatrices(Precision.BFloat16), Does.Contain("bf16"));
    }

    [TestCaseSource(nameof(Parts))]
    public void A_device_that_lacks_a_part_has_none(Func<DeviceFeatures, DeviceFeatures> without) => HasNone(Whole with { Features = without(Whole.Features) });

    [Test]
    public void An_older_Vulkan_has_none() => HasNone(Whole with { ApiVersion = "1.2.203" });

    [Test]
    public void More_invocations_than_may_hold_a_matrix_are_left_out() => HasNone(Whole with { FlexibleMatrixShapes = [Whole.FlexibleMatrixShapes[0] with { WorkgroupInvocations = 256 }] });

    [Test]
    public void Matrices_of_subgroups_are_no_matrices_of_workgroups() => HasNone(Whole with { FlexibleMatrixShapes = [Whole.FlexibleMatrixShapes[0] with { Scope = "Subgroup", WorkgroupInvocations = 0 }] });

    [Test]
    public void Sums_that_are_not_fp32_are_left_out() => HasNone(Whole with { FlexibleMatrixShapes = [Whole.FlexibleMatrixShapes[0] with { CType = "Float16", ResultType = "Float16" }] });

    [Test]
    public void A_driver_that_reserves_more_shared_memory_than_there_is_has_none() =>
        HasNone(Whole with { Limits = Whole.Limits with { ReservedMatrixSharedMemoryBytes = 1 << 20 } });

    private static void HasNone(DeviceCapabilities capabilities) => Assert.That(DeviceProfiles.Of(capabilities).WorkgroupMatrices, Is.Empty);
}
