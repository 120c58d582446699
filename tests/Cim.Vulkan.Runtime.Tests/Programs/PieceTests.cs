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
    private static readonly string[] Companions = { "first_moment", "second_moment", "momentum", "accumulated_gradients", "average" };

    [TestCase("adamw")]
    [TestCase("sgd")]
    [TestCase("lamb")]
    public void Many_pieces_update_to_the_same_bits_as_one(string optimizer)
    {
        (float[][] whole, _, int wholeLaunches) = Run(DeviceProfiles.Of(Device.Capabilities).MaxStorageRangeBytes, clipNorm: 0, optimizer);
        (float[][] cut, _, int cutLaunches) = Run(24_000, clipNorm: 0, optimizer);
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

    [Test]
    public void An_average_in_the_pass_of_the_update_has_the_bits_of_one_in_a_pass_of_its_own()
    {
        long rangeBytes = DeviceProfiles.Of(Device.Capabilities).MaxStorageRangeBytes;
        (float[][] one, _, int oneLaunches) = Run(rangeBytes, clipNorm: 1);
        (float[][] two, _, int twoLaunches) = Run(rangeBytes, clipNorm: 1, "adamw, then the average");
        Assert.That(twoLaunches, Is.EqualTo(oneLaunches + 1));
        Assert.That(one, Is.EqualTo(two));
        Assert.That(one[^1].Distinct().Count(), Is.GreaterThan(1000), "the averages differ from each other");
    }

    private static (float[][] State, float Norm, int Launches) Run(long rangeBytes, double clipNorm, string optimizer = "adamw")
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
        Update(optimizer, parameters, gradients, norm, guard, rate, clipNorm);
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

    private static void Update(string optimizer, ParameterSet parameters, Tensor gradients, Tensor norm, StepGuardOp guard, StepScalar rate, double clipNorm)
    {
        const double Decay = 0.9;
        TensorGraph graph = gradients.Graph;
        static float RateScale(Parameter parameter) => parameter.Name == "p3" ? 0.5f : 1f;
        switch (optimizer)
        {
            case "adamw":
                parameters.UpdateByAdamW(gradients, norm, guard, rate, new AdamWOptions { ClipNorm = clipNorm, AverageDecay = Decay }, RateScale);
                break;
            case "sgd":
                parameters.UpdateBySgd(gradients, norm, guard, rate, new SgdOptions { ClipNorm = clipNorm }, RateScale);
                break;
            case "lamb":
                parameters.UpdateByLamb(gradients, norm, guard, rate, new LambOptions { ClipNorm = clipNorm }, RateScale);
                break;
            default:
                parameters.UpdateByAdamW(gradients, norm, guard, rate, new AdamWOptions { ClipNorm = clipNorm }, RateScale);
                graph.Add(new ExponentialAverageOp(graph.All(parameters, parameters.Companion("average")), graph.All(parameters, parameters.Values), guard, Decay));
                break;
        }
    }
}
