using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Kernels;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

public sealed class PipelineSetTests : GpuTest
{
    private const int Different = 6;

    [Test]
    public void Equal_calls_share_a_pipeline_and_different_ones_do_not()
    {
        IReadOnlyList<PlanStep> steps = PlanOf(Different).Steps;
        PipelineSet set = PipelineSet.Make(steps, Make, null, CancellationToken.None);
        ComputePipeline[] pipelines = [.. steps.OfType<DispatchStep>().Select(step => set[step.Call])];
        Assert.That(set.Count, Is.EqualTo(pipelines.Distinct().Count()));
        Assert.That(set.Count, Is.InRange(2, pipelines.Length - 1), "the test needs some that are shared and some that are not");
        Assert.That(pipelines, Is.EqualTo(steps.OfType<DispatchStep>().Select(step => Make(step.Call))), "the device's own pipelines");
    }

    [Test]
    public void A_pipeline_that_fails_gives_its_own_error_and_ends_the_others()
    {
        int asked = 0;
        ComputePipeline Fail(KernelCall<PlanRange> call)
        {
            Interlocked.Increment(ref asked);
            throw new VulkanException($"{call.Kernel} cannot be made");
        }
        IReadOnlyList<PlanStep> steps = PlanOf(Different).Steps;
        VulkanException error = Assert.Throws<VulkanException>(() => PipelineSet.Make(steps, Fail, null, CancellationToken.None))!;
        Assert.That(error.Message, Does.EndWith("cannot be made"));
        Assert.That(asked, Is.AtMost(Environment.ProcessorCount), "no thread begins another one after a failure");
    }

    [Test]
    public void Cancelling_waits_for_the_pipelines_under_way_only()
    {
        using var cancellation = new CancellationTokenSource();
        int asked = 0;
        ComputePipeline MakeAndCancel(KernelCall<PlanRange> call)
        {
            Interlocked.Increment(ref asked);
            cancellation.Cancel();
            return Make(call);
        }
        Assert.Throws<OperationCanceledException>(() => PipelineSet.Make(PlanOf(Different).Steps, MakeAndCancel, null, cancellation.Token));
        Assert.That(asked, Is.AtMost(Environment.ProcessorCount));
    }

    [Test]
    public void A_cancelled_load_takes_no_memory()
    {
        using var memory = new PersistentMemory(Device);
        long before = Device.MemoryTotals.UsedBytes;
        var options = new ProgramOptions { Cancellation = new CancellationToken(canceled: true) };
        Assert.Throws<OperationCanceledException>(() => Program.Load(memory, PlanOf(Different), options));
        Assert.That(Device.MemoryTotals.UsedBytes, Is.EqualTo(before));
    }

    [Test]
    public void Who_waits_long_is_told_how_far_it_is_and_who_waits_shortly_is_not()
    {
        IReadOnlyList<PlanStep> steps = PlanOf(Different).Steps;
        var told = new List<(int Made, int Total)>();
        PipelineSet quick = PipelineSet.Make(steps, Make, (made, total) => told.Add((made, total)), CancellationToken.None);
        Assert.That(told, Is.Empty);
        var clock = Stopwatch.StartNew();
        int thread = Environment.CurrentManagedThreadId;
        PipelineSet.Make(steps, SlowMake, (made, total) =>
        {
            Assert.That(Environment.CurrentManagedThreadId, Is.EqualTo(thread), "observers are called from one thread only");
            told.Add((made, total));
        }, CancellationToken.None);
        Assert.That(told, Is.Not.Empty);
        Assert.That(told[^1], Is.EqualTo((quick.Count, quick.Count)));
        Assert.That(told, Is.Ordered);

        // Long enough for any number of threads: all of them together wait for the second that is silent.
        ComputePipeline SlowMake(KernelCall<PlanRange> call)
        {
            while (clock.ElapsedMilliseconds < 1300) Thread.Sleep(10);
            return Make(call);
        }
    }

    private static ComputePipeline Make(KernelCall<PlanRange> call) => Device.GetPipeline(PipelineDescriptions.Of(call));

    private static ExecutionPlan PlanOf(int layers)
    {
        var graph = new TensorGraph();
        Tensor tensor = graph.Input("input", new Shape(16, 16));
        for (int i = 0; i < layers; i++) tensor = (i % 3) switch { 0 => tensor.Scale(2f), 1 => tensor.Gelu(), _ => tensor.Softmax() };
        graph.Output("result", tensor.Sum(0));
        return Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities));
    }
}
