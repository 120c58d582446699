using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

/// <summary>A recorded update, replayed step after step, against torch.optim.AdamW with clipping by the global norm.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AdamWProgramTests : GpuTest
{
    private static readonly string[] Names = { "weight", "table", "bias" };
    private readonly ParameterSet _parameters = new("net");
    private readonly PersistentBuffer _counters = StepCounters.Buffer("counters");
    private readonly TensorGraph _graph = new();
    private readonly GoldenFile _golden = GoldenFile.Load("adamw");
    private StepScalar _rate = null!;

    [Test]
    public void Five_steps_match_PyTorch()
    {
        using PersistentMemory memory = new(Device);
        using Program program = Load(memory);
        for (int step = 1; step <= 5; step++)
        {
            float norm = Step(program, step, poison: false);

            Assert.That(norm, Is.EqualTo(_golden["output.gradient_norms"].Floats![step - 1]).Within(1e-5).Percent);
            AssertState(memory, step);
        }
    }

    [Test]
    public void A_skipped_step_leaves_no_trace()
    {
        using PersistentMemory memory = new(Device);
        using Program program = Load(memory);
        for (int step = 1; step <= 3; step++)
        {
            Step(program, step, poison: true);
            Step(program, step, poison: false);
        }
        var counters = new uint[StepCounters.Count];
        memory.Read<uint>(_counters, 0, counters);

        AssertState(memory, step: 3);
        Assert.That(counters, Is.EqualTo(new uint[] { 3, 3, 0, 1, 0, 0, BitConverter.SingleToUInt32Bits(1f), 0 }));
    }

    private Program Load(PersistentMemory memory)
    {
        string[] notDecayed = _golden.Config.GetProperty("notDecayed").EnumerateArray().Select(name => name.GetString()!).ToArray();
        foreach (string name in Names) _parameters.Add(name, _golden[$"param.{name}"].Shape, Initializer.Zeros, !notDecayed.Contains(name));
        foreach (string name in Names) memory.Write(_parameters[name], _golden[$"param.{name}"].Floats);
        Tensor gradients = _parameters.PackGradients(Names.Select(name => _graph.Input(name, _golden[$"param.{name}"].Shape)).ToArray());
        Tensor norm = gradients.GlobalNorm();
        _rate = _graph.Scalars.Declare("learning_rate");
        _parameters.UpdateByAdamW(gradients, norm, _graph.GuardStep(_counters, norm), _rate, Options());
        _graph.Output("norm", norm);
        return Program.Load(memory, Planner.Plan(_graph, DeviceProfiles.Of(Device.Capabilities)));
    }

    private AdamWOptions Options()
    {
        double Number(string name) => _golden.Config.GetProperty(name).GetDouble();
        return new AdamWOptions
        {
            Beta1 = Number("beta1"), Beta2 = Number("beta2"), Epsilon = Number("epsilon"), WeightDecay = Number("weightDecay"), ClipNorm = Number("maxGradientNorm"),
        };
    }

    private float Step(Program program, int step, bool poison)
    {
        program.BeginStep();
        program.Set(_rate, _golden["input.learning_rates"].Floats![step - 1]);
        foreach (string name in Names) _golden[$"input.step_{step}.{name}"].Floats!.CopyTo(program.Input<float>(name));
        if (poison) program.Input<float>("table")[5] = float.NaN;
        program.Wait(program.Submit());
        return program.Read<float>("norm")[0];
    }

    private void AssertState(PersistentMemory memory, int step)
    {
        (string Name, PersistentBuffer Buffer)[] parts =
        {
            ("value", _parameters.Values), ("exp_avg", _parameters.Companion("first_moment")), ("exp_avg_sq", _parameters.Companion("second_moment")),
        };
        foreach (string name in Names)
            foreach ((string part, PersistentBuffer buffer) in parts)
            {
                float[] expected = _golden[$"output.step_{step}.{name}.{part}"].Floats!, actual = memory.Read(_parameters[name], buffer);
                double scale = expected.Max(value => Math.Abs(value));
                Assert.That(actual.Zip(expected, (a, b) => Math.Abs(a - b) / scale).Max(), Is.LessThan(2e-6), $"step {step}, {part} of {name}");
            }
    }
}
