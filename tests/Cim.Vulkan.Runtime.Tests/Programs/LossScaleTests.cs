using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

/// <summary>The scale of the losses, led by the device from step to step.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LossScaleTests : GpuTest
{
    private const int Width = 40, GoodStepsBeforeGrowth = 2000;
    private readonly PersistentBuffer _counters = StepCounters.Buffer("counters");

    [Test]
    public void Scaled_losses_train_to_the_same_bits()
    {
        // A power of two moves exponents only, so nothing is rounded otherwise.
        Assert.That(Train(scalesLosses: true), Is.EqualTo(Train(scalesLosses: false)));
    }

    [Test]
    public void An_overflow_halves_the_scale_and_does_not_count_as_a_step_in_a_row()
    {
        uint[] after = StepOnce(StepCounters.First(scalesLosses: true), x: float.MaxValue);

        Assert.That(after.Take(3), Is.EqualTo(new uint[] { 0, 1, 0 }));
        Assert.That(ScaleOf(after), Is.EqualTo(32768f));
    }

    [Test]
    public void An_overflow_at_scale_one_counts()
    {
        uint[] before = StepCounters.First(scalesLosses: true);
        before[StepCounters.ScaleSlot] = BitConverter.SingleToUInt32Bits(1f);

        uint[] after = StepOnce(before, x: float.PositiveInfinity);

        Assert.That(after.Take(3), Is.EqualTo(new uint[] { 0, 1, 1 }));
        Assert.That(ScaleOf(after), Is.EqualTo(1f));
    }

    [Test]
    public void The_scale_doubles_after_many_good_steps()
    {
        uint[] before = StepCounters.First(scalesLosses: true);
        before[StepCounters.ScaleSlot + 1] = GoodStepsBeforeGrowth - 1;

        uint[] after = StepOnce(before, x: 1f);

        Assert.That(ScaleOf(after), Is.EqualTo(131072f));
        Assert.That(after[StepCounters.ScaleSlot + 1], Is.Zero);
        Assert.That(BitConverter.UInt32BitsToSingle(after[StepCounters.UnscaleSlot]), Is.EqualTo(1f / 65536f), "the gradients of this step were scaled by the scale before");
    }

    private static float ScaleOf(uint[] counters) => BitConverter.UInt32BitsToSingle(counters[StepCounters.ScaleSlot]);

    private float[] Train(bool scalesLosses)
    {
        using PersistentMemory memory = new(Device);
        using Program program = Load(memory, scalesLosses, out ParameterSet parameters, out StepScalar rate);
        memory.Write<uint>(_counters, 0, StepCounters.First(scalesLosses));
        for (int step = 0; step < 5; step++) Run(program, rate, 0.5f + step);
        return memory.Read(parameters["weight"]);
    }

    private uint[] StepOnce(uint[] counters, float x)
    {
        using PersistentMemory memory = new(Device);
        using Program program = Load(memory, scalesLosses: true, out _, out StepScalar rate);
        memory.Write<uint>(_counters, 0, counters);
        Run(program, rate, x);
        var after = new uint[StepCounters.Count];
        memory.Read<uint>(_counters, 0, after);
        return after;
    }

    private static void Run(Program program, StepScalar rate, float x)
    {
        program.BeginStep();
        program.Set(rate, 0.01f);
        program.Input<float>("x").Fill(x);
        program.Wait(program.Submit());
    }

    private Program Load(PersistentMemory memory, bool scalesLosses, out ParameterSet parameters, out StepScalar rate)
    {
        var graph = new TensorGraph();
        parameters = new ParameterSet("net");
        Parameter weight = parameters.Add("weight", new Shape(Width), Initializer.Normal(1f));
        memory.Initialize(parameters, seed: 3);
        Tensor loss = graph.Use(weight).Multiply(graph.Input("x", new Shape(Width))).Square().MeanAll();
        Tensor gradients = parameters.PackGradients(Gradients.Of(scalesLosses ? loss.ScaleLoss(_counters) : loss, parameters));
        Tensor norm = gradients.GlobalNorm();
        rate = graph.Scalars.Declare("learning_rate");
        parameters.UpdateByAdamW(gradients, norm, graph.GuardStep(_counters, scalesLosses, norm), rate, new AdamWOptions { ClipNorm = 0.5 });
        return Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)));
    }
}
