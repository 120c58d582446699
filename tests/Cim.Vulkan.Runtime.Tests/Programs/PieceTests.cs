using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

/// <summary>Updates of a set that a device pretends it cannot bind at once, against the same in one launch.</summary>
public sealed class PieceTests : GpuTest
{
    private const int Steps = 3;
    private static readonly string[] Companions = { "first_moment", "second_moment", "accumulated_gradients", "average" };

    [Test]
    public void Many_pieces_update_to_the_same_bits_as_one()
    {
        (float[][] whole, _, int wholeLaunches) = Run(DeviceProfiles.Of(Device.Capabilities).MaxStorageRangeBytes, clipNorm: 0);
        (float[][] cut, _, int cutLaunches) = Run(24_000, clipNorm: 0);
        Assert.That(cutLaunches, Is.GreaterThan(wholeLaunches + 8));
        Assert.That(cut, Is.EqualTo(whole));
        Assert.That(whole[0].Distinct().Count(), Is.GreaterThan(1000), "the values differ from each other");
    }

    [Test]
    public void The_norm_over_many_pieces_is_the_norm()
    {
        (_, float whole, _) = Run(DeviceProfiles.Of(Device.Capabilities).MaxStorageRangeBytes, clipNorm: 1);
        (_, float cut, _) = Run(24_000, clipNorm: 1);
        Assert.That(whole, Is.GreaterThan(1));
        // Summed in another order.
        Assert.That(cut, Is.EqualTo(whole).Within(1e-4).Percent);
    }

    private static (float[][] State, float Norm, int Launches) Run(long rangeBytes, double clipNorm)
    {
        var parameters = new ParameterSet("net");
        var counters = StepCounters.Buffer("counters");
        for (int i = 0; i < 9; i++) parameters.Add($"p{i}", new Shape(30 + i, 71), Initializer.Normal(1f), isDecayed: i % 2 == 0);
        var graph = new TensorGraph();
        Tensor loss = parameters.Parameters.Select(parameter => graph.Use(parameter).Gelu().Square().SumAll()).Aggregate((sum, term) => sum.Add(term));
        Tensor gradients = parameters.PackGradients(Gradients.Of(loss, parameters));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = graph.GuardStep(counters, norm);
        StepScalar isFirst = graph.Scalars.Declare("is_first"), rate = graph.Scalars.Declare("rate");
        parameters.AccumulateGradients(gradients, isFirst, 0.5f);
        parameters.UpdateByAdamW(gradients, norm, guard, rate, new AdamWOptions { ClipNorm = clipNorm }, parameter => parameter.Name == "p3" ? 0.5f : 1f);
        parameters.UpdateAverage(guard, decay: 0.9);
        graph.Output("norm", norm);
        using var memory = new PersistentMemory(Device);
        memory.Initialize(parameters, seed: 3);
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities) with { MaxStorageRangeBytes = rangeBytes }));
        for (int step = 0; step < Steps; step++)
        {
            program.BeginStep();
            program.Set(rate, 0.01f);
            program.Set(isFirst, step == 0 ? 1f : 0f);
            program.Wait(program.Submit());
        }
        float[][] state = [.. Companions.Select(parameters.Companion).Prepend(parameters.Values).Select(buffer => parameters.Parameters.SelectMany(parameter => memory.Read(parameter, buffer)).ToArray())];
        return (state, program.Read<float>("norm")[0], program.Plan.Steps.Count);
    }
}
