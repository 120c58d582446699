using System;
using System.Linq;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Capabilities;

[TestFixture]
public sealed class DeviceSelectorTests
{
    private static readonly DeviceDescription[] s_devices =
    [
        SomeDevice.Describe(0, "Radeon RX 7900 XTX", DeviceType.DiscreteGpu, "aaaaaaaa-0000-0000-0000-000000000001"),
        SomeDevice.Describe(1, "Intel Arc A770", DeviceType.DiscreteGpu, "bbbbbbbb-0000-0000-0000-000000000002"),
        SomeDevice.Describe(2, "llvmpipe", DeviceType.Cpu, "cccccccc-0000-0000-0000-000000000003"),
    ];

    [TestCase(null, 0)]
    [TestCase(" ", 0)]
    [TestCase("1", 1)]
    [TestCase("arc", 1)]
    [TestCase("LLVM", 2)]
    [TestCase("bbbbbbbb-0000", 1)]
    [TestCase("CCCCCCCC", 2)]
    public void A_request_finds_its_device(string? request, int index) =>
        Assert.That(DeviceSelector.Select(s_devices, request).Index, Is.EqualTo(index));

    [TestCase("3")]
    [TestCase("-1")]
    [TestCase("geforce")]
    [TestCase("dddddddd")]
    public void An_unknown_request_is_refused_with_a_list(string request)
    {
        var error = Assert.Throws<DeviceSelectionException>(() => DeviceSelector.Select(s_devices, request))!;
        Assert.That(error.Message, Does.Contain(request).And.Contain("0: Radeon").And.Contain("2: llvmpipe").And.Not.Contain("\n"));
    }

    [Test]
    public void A_name_that_fits_two_devices_is_refused() =>
        Assert.That(() => DeviceSelector.Select(s_devices, "a"), Throws.TypeOf<DeviceSelectionException>().With.Message.Contains("several"));

    [Test]
    public void Without_a_gpu_the_cpu_driver_is_the_default() =>
        Assert.That(DeviceSelector.Select([s_devices[2]], null).Index, Is.EqualTo(2));

    [Test]
    public void Without_any_device_the_message_says_what_to_install() =>
        Assert.That(() => DeviceSelector.Select([], null), Throws.TypeOf<DeviceSelectionException>().With.Message.Contains("mesa-vulkan-drivers"));

    [Test]
    public void Gpus_rank_before_cpu_drivers()
    {
        DeviceType[] types = [DeviceType.Cpu, DeviceType.Other, DeviceType.VirtualGpu, DeviceType.IntegratedGpu, DeviceType.DiscreteGpu];
        Assert.That(types.OrderBy(DeviceSelector.Rank), Is.EqualTo(types.Reverse()));
    }
}
