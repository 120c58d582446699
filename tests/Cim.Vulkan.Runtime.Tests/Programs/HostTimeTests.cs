using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

public sealed class HostTimeTests : GpuTest
{
    private const int Steps = 101, FillMilliseconds = 20;

    [Test]
    public void Filling_and_submitting_are_told_apart_and_cost_no_memory()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(64)), tensor = input;
        for (int i = 0; i < 200; i++) tensor = tensor.Scale(1.001f);
        graph.Output("result", tensor.Add(input));
        using var memory = new PersistentMemory(Device);
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)));
        Assert.That(program.SubmitTime, Is.EqualTo(TimeSpan.Zero), "nothing was submitted yet");

        var submits = new double[Steps];
        long allocated = 0;
        for (int step = 0; step < Steps; step++)
        {
            if (step == 2) allocated = GC.GetAllocatedBytesForCurrentThread();
            program.BeginStep();
            long before = Stopwatch.GetTimestamp();
            if (step == 0) Thread.Sleep(FillMilliseconds);
            program.Input<float>("input").Fill(step);
            StepTicket ticket = program.Submit();
            TimeSpan both = Stopwatch.GetElapsedTime(before);
            program.Wait(ticket);
            submits[step] = program.SubmitTime.TotalMilliseconds;
            if (step == 0 && program.FillTime.TotalMilliseconds < FillMilliseconds - 1) Assert.Fail($"filling took {FillMilliseconds} ms, told are {program.FillTime.TotalMilliseconds}");
            if (program.SubmitTime <= TimeSpan.Zero || program.SubmitTime > both) Assert.Fail($"submitting took at most {both}, told are {program.SubmitTime}");
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        TestContext.Out.WriteLine($"host work of a submit: {submits.Order().ElementAt(Steps / 2):F4} ms (median)");
        Assert.That(allocated, Is.Zero);
    }
}
