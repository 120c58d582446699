using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Capabilities;

[TestFixture]
public sealed class DeviceCapabilitiesTests : GpuTest
{
    [Test]
    public void Capabilities_are_within_what_vulkan_guarantees()
    {
        var c = Device.Capabilities;
        TestContext.Out.WriteLine(c);
        TestContext.Out.WriteLine(c.Limits);
        TestContext.Out.WriteLine(c.Subgroup);
        TestContext.Out.WriteLine(c.Features);
        foreach (var heap in c.Heaps) TestContext.Out.WriteLine(heap);
        foreach (var shape in c.CooperativeMatrixShapes) TestContext.Out.WriteLine(shape);
        Assert.Multiple(() =>
        {
            Assert.That(c.Name, Is.Not.Empty);
            Assert.That(c.DriverName, Is.Not.Empty);
            Assert.That(c.Uuid, Does.Match("^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"));
            Assert.That(c.Limits.MaxStorageBufferRangeBytes, Is.GreaterThanOrEqualTo(1L << 27));
            Assert.That(c.Limits.MaxPushConstantsBytes, Is.GreaterThanOrEqualTo(128));
            Assert.That(c.Limits.MaxComputeWorkGroupInvocations, Is.GreaterThanOrEqualTo(128));
            Assert.That(c.Limits.MaxComputeSharedMemoryBytes, Is.GreaterThanOrEqualTo(16384));
            Assert.That(c.Limits.MinStorageBufferOffsetAlignmentBytes, Is.InRange(1, 256));
            Assert.That(c.Subgroup.Size, Is.InRange(c.Subgroup.MinSize, c.Subgroup.MaxSize));
            Assert.That(c.Subgroup.Operations, Does.Contain("Basic"));
            Assert.That(c.Features.TimelineSemaphore, Is.True);
            Assert.That(c.DeviceLocalBytes, Is.GreaterThan(0));
            Assert.That(c.CooperativeMatrixShapes.Count > 0, Is.EqualTo(c.Features.CooperativeMatrix));
        });
    }
}
