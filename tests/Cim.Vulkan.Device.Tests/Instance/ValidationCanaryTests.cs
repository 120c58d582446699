using System.Linq;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Instance;

/// <summary>Deliberate faults: if these make no message, no other test's silence means anything.</summary>
[TestFixture]
public sealed class ValidationCanaryTests : GpuTest
{
    [SetUp]
    public void Need_validation()
    {
        if (!Instance.ValidationEnabled) Assert.Ignore("The validation layer is not installed.");
    }

    [Test]
    public void A_missing_barrier_makes_a_hazard_message()
    {
        using var x = Device.CreateBuffer(1024, MemoryDomain.Device, "x");
        using var y = Device.CreateBuffer(1024, MemoryDomain.Device, "y");
        using var z = Device.CreateBuffer(1024, MemoryDomain.Device, "z");
        using var recorder = Device.CreateRecorder("missing barrier");
        var pipeline = Device.GetPipeline(ScaleShader.Description());
        ScaleShader.Record(recorder, pipeline, x.Whole, y.Whole, 1);
        ScaleShader.Record(recorder, pipeline, y.Whole, z.Whole, 1);
        using var commands = recorder.Finish();
        var messages = GpuContext.Shared.DrainMessages();
        Assert.That(messages.Select(m => m.ToString()), Has.Some.Contains("SYNC-HAZARD-READ-AFTER-WRITE"));
    }

    [Test]
    public unsafe void A_call_out_of_spec_makes_a_message()
    {
        using var buffer = Device.CreateBuffer(64, MemoryDomain.Device, "buffer");
        var pool = Device.Api.CreateCommandPool(Device.Handle, Device.QueueFamily);
        var commands = Device.Api.AllocateCommandBuffer(Device.Handle, pool);
        Device.Api.Begin(commands);
        Device.Api.FillBuffer(commands, buffer.Handle, 2, 8, 0);
        Device.Api.DestroyCommandPool(Device.Handle, pool);
        Assert.That(GpuContext.Shared.DrainMessages().Select(m => m.Id), Has.Some.Contains("VUID-vkCmdFillBuffer-dstOffset"));
    }
}
