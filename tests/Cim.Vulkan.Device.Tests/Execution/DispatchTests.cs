using System.Linq;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Device.Tests.Execution;

[TestFixture]
public sealed class DispatchTests : GpuTest
{
    private const int Count = 1003;

    [TestCase(1u, 2.5f)]
    [TestCase(3u, -0.5f)]
    public void A_dispatch_scales_by_push_and_specialization_constants(uint factor, float a)
    {
        using var x = Device.CreateBuffer(Count * 4, MemoryDomain.Upload, "x");
        using var y = Device.CreateBuffer(Count * 4, MemoryDomain.Readback, "y");
        Fill(x);
        using var recorder = Device.CreateRecorder("scale");
        ScaleShader.Record(recorder, Device.GetPipeline(ScaleShader.Description(factor)), x.Whole, y.Whole, a);
        recorder.MemoryBarrier(BarrierKind.ComputeToHost);
        using var commands = recorder.Finish();
        Device.Wait(Device.Submit(commands), "scale");
        y.Invalidate();
        Assert.That(ScaleShader.Floats(y).ToArray(), Is.EqualTo(Enumerable.Range(0, Count).Select(i => factor * a * i)));
    }

    [Test]
    public void A_chain_through_device_memory_is_replayed_with_new_inputs()
    {
        using var input = Device.CreateBuffer(Count * 4, MemoryDomain.Upload, "input");
        using var x = Device.CreateBuffer(Count * 4, MemoryDomain.Device, "x");
        using var y = Device.CreateBuffer(Count * 4, MemoryDomain.Device, "y");
        using var output = Device.CreateBuffer(Count * 4, MemoryDomain.Readback, "output");
        using var recorder = Device.CreateRecorder("chain");
        var pipeline = Device.GetPipeline(ScaleShader.Description());
        recorder.BeginLabel("chain");
        recorder.CopyBuffer(input.Whole, x.Whole);
        recorder.MemoryBarrier(BarrierKind.TransferToCompute);
        ScaleShader.Record(recorder, pipeline, x.Whole, y.Whole, 2);
        recorder.MemoryBarrier(BarrierKind.ComputeToCompute);
        ScaleShader.Record(recorder, pipeline, y.Whole, x.Whole, 3);
        recorder.MemoryBarrier(BarrierKind.ComputeToTransfer);
        recorder.CopyBuffer(x.Whole, output.Whole);
        recorder.MemoryBarrier(BarrierKind.TransferToHost);
        recorder.EndLabel();
        using var commands = recorder.Finish();
        for (var round = 1; round <= 3; round++)
        {
            var values = ScaleShader.Floats(input);
            for (var i = 0; i < Count; i++) values[i] = i * round;
            input.Flush();
            Device.Wait(Device.Submit(commands), "chain");
            output.Invalidate();
            Assert.That(ScaleShader.Floats(output)[Count - 1], Is.EqualTo(6f * round * (Count - 1)));
        }
    }

    [Test]
    public void A_fill_reaches_its_range_and_nothing_else()
    {
        using var buffer = Device.CreateBuffer(64, MemoryDomain.Readback, "fill");
        using var recorder = Device.CreateRecorder("fill");
        recorder.FillBuffer(buffer.Whole, 0);
        recorder.MemoryBarrier(BarrierKind.TransferToTransfer);
        recorder.FillBuffer(buffer.Range(16, 32), 0x01010101);
        recorder.MemoryBarrier(BarrierKind.TransferToHost);
        using var commands = recorder.Finish();
        Device.Wait(Device.Submit(commands), "fill");
        buffer.Invalidate();
        Assert.That(buffer.Mapped.ToArray(), Is.EqualTo(Enumerable.Range(0, 64).Select(i => i is >= 16 and < 48 ? (byte)1 : (byte)0)));
    }

    private static void Fill(GpuBuffer buffer)
    {
        var values = ScaleShader.Floats(buffer);
        for (var i = 0; i < values.Length; i++) values[i] = i;
        buffer.Flush();
    }
}
