using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

/// <summary>What a program prepares holds until somebody changes what it was made of.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PreparationTests : GpuTest
{
    private const int Channels = 8, Side = 6, Layers = 3;
    private static readonly PlannerOptions s_without = new() { PreparesSteadyWork = false };

    private readonly ParameterSet _parameters = new("net");
    private readonly Parameter[] _kernels;

    public PreparationTests() =>
        _kernels = [.. Enumerable.Range(0, Layers).Select(layer => _parameters.Add($"kernel_{layer}", new Shape(Channels, Channels, 3, 3), Initializer.TruncatedNormal(0.1f, 2)))];

    [Test]
    public void Steps_give_the_same_bits_with_and_without_it()
    {
        using PersistentMemory memory = Memory();
        using Program program = Load(memory), without = Load(memory, s_without);
        Assert.That(program.Plan.Preparation, Is.Not.Empty);
        Assert.That(without.Plan.Preparation, Is.Empty);
        for (int step = 0; step < 3; step++) Assert.That(Step(program, step), Is.EqualTo(Step(without, step)));
        Assert.That(Step(program, 0), Is.Not.EqualTo(Step(program, 1)), "pictures differ");
        Assert.That((program.PreparationCount, without.PreparationCount), Is.EqualTo((1L, 0L)));
    }

    [Test]
    public void What_the_host_writes_is_seen_by_the_next_step()
    {
        using PersistentMemory memory = Memory();
        using Program program = Load(memory), without = Load(memory, s_without);
        for (int change = 0; change < 3; change++)
        {
            float[] before = Step(program, 0);
            memory.Write(_kernels[change], Values(change, (int)_kernels[change].Count));
            float[] after = Step(program, 0);
            Assert.That(after, Is.Not.EqualTo(before));
            Assert.That(after, Is.EqualTo(Step(without, 0)));
        }
        memory.Initialize(_parameters, seed: 7);
        Assert.That(Step(program, 0), Is.EqualTo(Step(without, 0)));
        Assert.That(program.PreparationCount, Is.EqualTo(5));
    }

    // Nobody waits in between, as in a training: the device may still work on the step before, or on its preparation.
    [Test]
    public void What_another_program_writes_is_seen_by_the_next_step()
    {
        const int Updates = 12;
        var results = new List<float[]>();
        foreach (PlannerOptions options in new[] { new PlannerOptions(), s_without })
        {
            using PersistentMemory memory = Memory();
            using Program program = Load(memory, options), update = LoadUpdate(memory);
            var sums = new float[Updates * 2];
            StepTicket before = default;
            for (int step = 0; step < sums.Length; step++)
            {
                if (step % 2 == 0) Submit(update, "kernel", Values(step, (int)_kernels[1].Count));
                StepTicket ticket = Submit(program, "images", Values(0, Channels * Side * Side));
                if (step > 0) sums[step - 1] = program.Metric<float>(before, "sum")[0];
                before = ticket;
            }
            sums[^1] = program.Metric<float>(before, "sum")[0];
            results.Add(sums);
            if (options.PreparesSteadyWork) Assert.That(program.PreparationCount, Is.EqualTo(Updates), "once for two steps with the same weights");
        }
        Assert.That(results[0], Is.EqualTo(results[1]));
        for (int step = 0; step < results[0].Length; step += 2)
        {
            Assert.That(results[0][step + 1], Is.EqualTo(results[0][step]), "the same weights, the same picture");
            if (step > 0) Assert.That(results[0][step], Is.Not.EqualTo(results[0][step - 1]), "other weights");
        }
    }

    [Test]
    public void Programs_of_one_memory_each_prepare_for_themselves()
    {
        using PersistentMemory memory = Memory();
        using Program first = Load(memory), second = Load(memory);
        float[] before = Step(first, 0);
        memory.Write(_kernels[0], Values(5, (int)_kernels[0].Count));
        float[] after = Step(second, 0);
        Assert.That(after, Is.Not.EqualTo(before));
        Assert.That(Step(first, 0), Is.EqualTo(after));
        Assert.That(Step(second, 0), Is.EqualTo(after));
        Assert.That((first.PreparationCount, second.PreparationCount), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public void A_buffer_that_it_does_not_read_may_change()
    {
        var others = new ParameterSet("others");
        Parameter other = others.Add("other", new Shape(64), Initializer.Ones);
        using PersistentMemory memory = Memory();
        using Program program = Load(memory);
        Step(program, 0);
        memory.Write(other, Values(1, 64));
        Step(program, 0);
        Assert.That(program.PreparationCount, Is.EqualTo(1));
    }

    [Test]
    public void It_is_cut_into_submits_as_a_step_is()
    {
        using PersistentMemory memory = Memory();
        using Program whole = Load(memory), cut = Load(memory, null, new ProgramOptions { EstimatedAs = DeviceType.IntegratedGpu, SubmitMilliseconds = 0.001 });
        ulong first = SubmitsOf(cut), next = SubmitsOf(cut);
        Assert.That(next, Is.EqualTo((ulong)cut.Plan.Steps.Count));
        Assert.That(first, Is.EqualTo((ulong)(cut.Plan.Preparation.Count + cut.Plan.Steps.Count)), "a launch is a submit");
        Assert.That(Step(cut, 1), Is.EqualTo(Step(whole, 1)));

        static ulong SubmitsOf(Program program)
        {
            ulong before = Device.LastSubmittedValue;
            program.Wait(Submit(program, "images", Values(0, Channels * Side * Side)));
            return Device.LastSubmittedValue - before;
        }
    }

    [Test]
    public void Its_launches_are_timed_beside_those_of_a_step()
    {
        if (Device.Capabilities.Limits.TimestampValidBits == 0) Assert.Ignore("the device has no timestamps");
        using PersistentMemory memory = Memory();
        using Program program = Load(memory, null, new ProgramOptions { TimeLaunches = true });
        for (int step = 0; step < 3; step++) Step(program, step);
        Assert.That(program.PreparationTimings!.Read().Select(launch => launch.Label), Is.EqualTo(program.Plan.Preparation.Select(command => command.Label)));
        Assert.That(program.Timings!.Read().Select(launch => launch.Label), Is.EqualTo(program.Plan.Steps.Select(command => command.Label)));
        Assert.That(program.PreparationTimings.Read().Concat(program.Timings.Read()).Select(launch => launch.Milliseconds), Has.All.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void Doing_it_again_costs_no_managed_memory()
    {
        using PersistentMemory memory = Memory();
        using Program program = Load(memory), update = LoadUpdate(memory);
        long allocated = 0;
        for (int step = 0; step < 20; step++)
        {
            if (step == 4) allocated = GC.GetAllocatedBytesForCurrentThread();
            update.BeginStep();
            update.Input<float>("kernel").Fill(step);
            update.Submit();
            program.BeginStep();
            program.Submit();
        }
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - allocated, Is.Zero);
        Assert.That(program.PreparationCount, Is.EqualTo(20));
        Device.WaitIdle("last step");
    }

    private static float[] Values(int seed, int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin((i * 0.37f) + seed))];

    private static float[] Step(Program program, int step)
    {
        program.Wait(Submit(program, "images", Values(step, Channels * Side * Side)));
        return program.Read<float>("images");
    }

    private static StepTicket Submit(Program program, string input, float[] values)
    {
        program.BeginStep();
        values.CopyTo(program.Input<float>(input));
        return program.Submit();
    }

    private PersistentMemory Memory()
    {
        var memory = new PersistentMemory(Device);
        memory.Initialize(_parameters, seed: 1);
        return memory;
    }

    private Program Load(PersistentMemory memory, PlannerOptions? planning = null, ProgramOptions? options = null)
    {
        var graph = new TensorGraph();
        Tensor images = graph.Input("images", new Shape(1, Channels, Side, Side));
        // Beside packed weights, where the device packs them, something that every device prepares.
        foreach (Parameter kernel in _kernels) images = images.Conv2d(graph.Use(kernel).Scale(0.5f), padding: 1);
        graph.Output("images", images);
        graph.Output("sum", images.SumAll());
        return Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities), planning), options);
    }

    // Lays an input over the weights of the second layer.
    private Program LoadUpdate(PersistentMemory memory)
    {
        var graph = new TensorGraph();
        Parameter kernel = _kernels[1];
        graph.Add(new PackOp([graph.Input("kernel", kernel.Shape).Scale(0.1f)], graph.Persistent("kernel", _parameters.Values, kernel.OffsetBytes, kernel.Shape), [0]));
        return Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)));
    }
}
