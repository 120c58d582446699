using System;
using Cim.Vulkan.Testing;
using NUnit.Framework;
using Silk.NET.Vulkan;

namespace Cim.Vulkan.Device.Tests.Execution;

[TestFixture]
public sealed class GpuDeviceTests : GpuTest
{
    [Test]
    public void Submit_wait_and_mapped_access_allocate_nothing()
    {
        using var buffer = Device.CreateBuffer(256, MemoryDomain.Readback, "buffer");
        using var commands = Fill(Device, buffer);
        long Round()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var value = Device.Submit(commands);
            Device.Wait(value, "round");
            buffer.Invalidate();
            var read = buffer.Mapped[3] + (int)Device.CompletedValue + (Device.IsComplete(value) ? 1 : 0);
            return GC.GetAllocatedBytesForCurrentThread() - before + (read < 0 ? 1 : 0);
        }
        for (var i = 0; i < 50; i++) Round();
        var total = 0L;
        for (var i = 0; i < 100; i++) total += Round();
        Assert.That(total, Is.Zero);
    }

    [Test]
    public void Everything_may_be_disposed_twice_and_after_its_device()
    {
        var device = Open();
        var buffer = device.CreateBuffer(256, MemoryDomain.Readback, "buffer");
        var early = device.CreateBuffer(256, MemoryDomain.Device, "early");
        var pool = device.CreateTimestampPool(2);
        var commands = Fill(device, buffer);
        var unfinished = device.CreateRecorder("unfinished");
        unfinished.Dispose();
        device.Submit(commands);
        early.Dispose();
        early.Dispose();
        device.Dispose();
        device.Dispose();
        commands.Dispose();
        pool.Dispose();
        buffer.Dispose();
        Assert.That(() => buffer.Mapped.Length, Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => device.CreateBuffer(4, MemoryDomain.Device, "late"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void A_wait_that_runs_out_says_what_it_waited_for()
    {
        using var device = Open();
        using var buffer = device.CreateBuffer(256, MemoryDomain.Device, "buffer");
        using var commands = Fill(device, buffer);
        var value = device.Submit(commands);
        device.Api.FaultInjection = call => call == "vkWaitSemaphores" ? Result.Timeout : null;
        Assert.That(() => device.Wait(value, "the fill of step 7"), Throws.TypeOf<DeviceTimeoutException>().With.Message.Contains("the fill of step 7"));
        device.Api.FaultInjection = null;
        device.Wait(value, "the fill");
    }

    [Test]
    public void A_lost_device_names_the_last_launches()
    {
        using var device = Open();
        using var buffer = device.CreateBuffer(256, MemoryDomain.Device, "buffer");
        using var commands = Fill(device, buffer);
        device.Api.FaultInjection = call => call == "vkQueueSubmit" ? Result.ErrorDeviceLost : null;
        Assert.That(() => device.Submit(commands), Throws.TypeOf<DeviceLostException>().With.Message.Contains("fill it"));
        device.Api.FaultInjection = null;
    }

    [Test]
    public void A_buffer_larger_than_what_is_free_is_refused_with_sizes()
    {
        var size = Device.FreeBytes(MemoryDomain.Device) + (64L << 20);
        Assert.That(() => Device.CreateBuffer(size, MemoryDomain.Device, "huge"), Throws.TypeOf<DeviceMemoryException>().With.Message.Contains("needs"));
    }

    [Test]
    public void Timestamps_advance()
    {
        using var buffer = Device.CreateBuffer(1 << 20, MemoryDomain.Device, "buffer");
        using var pool = Device.CreateTimestampPool(2);
        using var recorder = Device.CreateRecorder("timed");
        recorder.ResetTimestamps(pool);
        recorder.WriteTimestamp(pool, 0);
        recorder.FillBuffer(buffer.Whole, 1);
        recorder.WriteTimestamp(pool, 1);
        using var commands = recorder.Finish();
        Device.Wait(Device.Submit(commands), "timed");
        Assert.That(pool.ElapsedNanoseconds(0, 1), Is.InRange(1, 10e9));
    }

    [TestCase(0xFFFFFFF0UL, 0x10UL, 32, 0x20)]
    [TestCase(5UL, 9UL, 64, 4)]
    public void Ticks_count_over_a_wrap(ulong from, ulong to, int validBits, double ticks) =>
        Assert.That(TimestampPool.Ticks(from, to, validBits), Is.EqualTo(ticks));

    [Test]
    public void Equal_descriptions_give_the_same_pipeline()
    {
        Assert.That(Device.GetPipeline(ScaleShader.Description(5)), Is.SameAs(Device.GetPipeline(ScaleShader.Description(5))));
        Assert.That(Device.GetPipeline(ScaleShader.Description(6)), Is.Not.SameAs(Device.GetPipeline(ScaleShader.Description(5))));
    }

    [Test]
    public void Pipelines_are_counted_as_they_are_made()
    {
        (int count, TimeSpan time) = Device.PipelinesMade;
        for (int i = 0; i < 2; i++) Device.GetPipeline(ScaleShader.Description(77));
        Assert.That(Device.PipelinesMade.Count, Is.EqualTo(count + 1), "the second time it was there");
        Assert.That(Device.PipelinesMade.Time, Is.GreaterThan(time));
    }

    private static GpuDevice Open() => GpuDevice.Open(Instance, DeviceSelector.Select(Instance.EnumerateDevices(), GpuContext.RequestedDevice));

    private static RecordedCommands Fill(GpuDevice device, GpuBuffer buffer)
    {
        using var recorder = device.CreateRecorder("fill it");
        recorder.FillBuffer(buffer.Whole, 1);
        recorder.MemoryBarrier(BarrierKind.TransferToHost);
        return recorder.Finish();
    }
}
