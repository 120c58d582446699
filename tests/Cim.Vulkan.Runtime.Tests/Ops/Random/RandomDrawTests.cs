using System;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Ops.Random;

/// <summary>Random draws as a statistician sees them, on the device.</summary>
public sealed class RandomDrawTests : GpuTest
{
    private const int Rows = 20000;
    private static readonly float[] s_logits = { 1.5f, -0.5f, 0f, 2.5f, -2f, 0.75f, 1f };

    [TestCase(1f)]
    [TestCase(0.5f)]
    [TestCase(2f)]
    public void Samples_follow_the_softmax_of_their_logits(float temperature)
    {
        int[] samples = Sample(seed: 5, step: 3, temperature);
        double[] weights = s_logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
        double[] expected = weights.Select(weight => Rows * weight / weights.Sum()).ToArray();
        double chiSquare = expected.Select((count, code) => Math.Pow(samples.Count(sample => sample == code) - count, 2) / count).Sum();
        // 6 degrees of freedom: a fair sampler is above 22.5 once in a thousand seeds.
        Assert.That(chiSquare, Is.LessThan(22.5));
    }

    [Test]
    public void The_same_seed_and_step_draw_the_same() => Assert.That(Sample(7, 11), Is.EqualTo(Sample(7, 11)));

    [TestCase(7ul, 12u)]
    [TestCase(8ul, 11u)]
    [TestCase(7ul + (1ul << 32), 11u)]
    public void Another_seed_or_step_draws_differently(ulong seed, uint step)
    {
        int[] samples = Sample(7, 11), others = Sample(seed, step);
        double[] shares = Shares();
        double agreement = samples.Zip(others, (a, b) => a == b ? 1.0 : 0.0).Average();
        Assert.That(agreement, Is.EqualTo(shares.Sum(share => share * share)).Within(0.02));
    }

    [Test]
    public void Two_draws_of_one_step_are_independent()
    {
        var graph = new TensorGraph();
        Tensor logits = Logits(graph);
        graph.Output("first", logits.SampleCategorical());
        graph.Output("second", logits.SampleCategorical());
        using var memory = new PersistentMemory(Device);
        using Program program = Load(graph, memory);
        program.SetStep(7, 11);
        program.Wait(program.Submit());
        double agreement = program.Read<int>("first").Zip(program.Read<int>("second"), (a, b) => a == b ? 1.0 : 0.0).Average();
        Assert.That(agreement, Is.EqualTo(Shares().Sum(share => share * share)).Within(0.02));
    }

    [Test]
    public void Random_tokens_are_equally_likely()
    {
        int[] tokens = Draw(graph => graph.SampleUniformTokens(new Shape(Rows), 10), program => program.Read<int>("drawn"));
        double chiSquare = Enumerable.Range(0, 10).Sum(code => Math.Pow(tokens.Count(token => token == code) - (Rows / 10.0), 2) / (Rows / 10.0));
        // 9 degrees of freedom: above 27.9 once in a thousand seeds.
        Assert.That(chiSquare, Is.LessThan(27.9));
    }

    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    public void A_branch_is_kept_for_its_share_of_the_samples_and_keeps_its_mean(double rate)
    {
        float[] kept = Draw(graph => graph.Filled(new Shape(Rows, 3), 1f).DropPath(rate), program => program.Read<float>("drawn"));
        float[] samples = kept.Where((_, i) => i % 3 == 0).ToArray();
        double share = samples.Average(x => x > 0f ? 1.0 : 0.0);
        // Four standard deviations of a share of so many.
        Assert.That(share, Is.EqualTo(1.0 - rate).Within(4.0 * Math.Sqrt(rate * (1.0 - rate) / Rows)));
        Assert.That(samples.Distinct(), Is.EquivalentTo(new[] { 0f, 1f / (float)(1.0 - rate) }).Using<float>((a, b) => Math.Abs(a - b) < 1e-6f));
        Assert.That(kept.Select((x, i) => x == samples[i / 3]), Is.All.True, "a sample is kept or dropped as a whole");
    }

    [Test]
    public void The_same_seed_and_step_drop_the_same_branches()
    {
        float[] Dropped() => Draw(graph => graph.Filled(new Shape(Rows, 3), 1f).DropPath(0.5), program => program.Read<float>("drawn"));
        Assert.That(Dropped(), Is.EqualTo(Dropped()));
    }

    [Test]
    public void Gumbel_noise_has_its_mean_and_variance()
    {
        float[] noise = Draw(graph => graph.GumbelNoise(new Shape(Rows)), program => program.Read<float>("drawn"));
        double mean = noise.Average(x => (double)x), variance = noise.Average(x => (x - mean) * (x - mean));
        Assert.That(mean, Is.EqualTo(0.57722).Within(0.04));
        Assert.That(variance, Is.EqualTo(Math.PI * Math.PI / 6).Within(0.1));
    }

    [Test]
    public void Uniform_noise_stays_inside_and_spreads_evenly()
    {
        float[] noise = Draw(graph => graph.UniformNoise(new Shape(Rows)), program => program.Read<float>("drawn"));
        Assert.That(noise, Has.All.GreaterThan(0f).And.All.LessThan(1f));
        double chiSquare = noise.GroupBy(u => (int)(u * 10)).Sum(bin => Math.Pow(bin.Count() - (Rows / 10.0), 2) / (Rows / 10.0));
        Assert.That(chiSquare, Is.LessThan(27.9));
    }

    private static double[] Shares()
    {
        double total = s_logits.Sum(logit => Math.Exp(logit));
        return s_logits.Select(logit => Math.Exp(logit) / total).ToArray();
    }

    private static int[] Sample(ulong seed, uint step, float temperature = 1f)
    {
        var graph = new TensorGraph();
        StepScalar scalar = graph.Scalars.Declare("temperature");
        graph.Output("drawn", Logits(graph).SampleCategorical(scalar));
        using var memory = new PersistentMemory(Device);
        using Program program = Load(graph, memory);
        program.SetStep(seed, step);
        program.Set(scalar, temperature);
        program.Wait(program.Submit());
        return program.Read<int>("drawn");
    }

    private static T[] Draw<T>(Func<TensorGraph, Tensor> build, Func<Program, T[]> read)
    {
        var graph = new TensorGraph();
        graph.Output("drawn", build(graph));
        using var memory = new PersistentMemory(Device);
        using Program program = Load(graph, memory);
        program.SetStep(3, 9);
        program.Wait(program.Submit());
        return read(program);
    }

    private static Tensor Logits(TensorGraph graph) =>
        graph.Constant<float>("logits", new Shape(Rows, s_logits.Length), Enumerable.Range(0, Rows).SelectMany(_ => s_logits).ToArray());

    private static Program Load(TensorGraph graph, PersistentMemory memory)
    {
        Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities), new PlannerOptions()));
        program.BeginStep();
        return program;
    }
}
