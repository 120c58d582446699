using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Runtime.Tests.Programs;

public sealed class SubmitSlicesTests : GpuTest
{
    private const int Side = 64, Layers = 12, Steps = 5;

    [Test]
    public void A_step_in_many_submits_gives_the_same_bits_step_after_step()
    {
        float[][] whole = Run(new ProgramOptions(), out int wholeSubmits), cut = Run(new ProgramOptions { EstimatedAs = DeviceType.IntegratedGpu, SubmitMilliseconds = 0.02 }, out int cutSubmits);
        Assert.That(wholeSubmits, Is.EqualTo(1));
        Assert.That(cutSubmits, Is.GreaterThan(Layers / 4), "a launch costs a hundredth of a millisecond");
        Assert.That(cut, Is.EqualTo(whole));
        Assert.That(whole[0], Is.Not.EqualTo(whole[1]), "steps differ");
    }

    [Test]
    public void Slices_are_all_commands_in_order_and_none_is_too_long_but_a_single_launch()
    {
        PlanStep[] steps = [.. new[] { 5L, 5, 1, 30, 2, 2, 2, 2, 9 }.Select((milliseconds, i) => new FillStep($"fill {i}", new PlanRange(0, 0, milliseconds * 10_000_000), 0))];
        IReadOnlyList<(int First, int Count)> slices = SubmitSlices.Cut(steps, DeviceType.IntegratedGpu, limitMilliseconds: 10.5);
        Assert.That(slices, Is.EqualTo(new[] { (0, 2), (2, 1), (3, 1), (4, 4), (8, 1) }));
    }

    [Test]
    public void Nothing_resets_a_CPU_driver()
    {
        PlanStep[] steps = [.. Enumerable.Range(0, 100).Select(i => new FillStep($"fill {i}", new PlanRange(0, 0, 1L << 30), 0))];
        Assert.That(SubmitSlices.Cut(steps, DeviceType.Cpu, limitMilliseconds: 1), Is.EqualTo(new[] { (0, 100) }));
    }

    private static float[][] Run(ProgramOptions options, out int submits)
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(Side, Side)), tensor = input;
        for (int i = 0; i < Layers; i++) tensor = tensor.MatMul(input, transposeB: i % 2 == 0).Scale(1f / Side).Add(input);
        graph.Output("sum", tensor.Sum(0));
        using var memory = new PersistentMemory(Device);
        using Program program = Program.Load(memory, Planner.Plan(graph, DeviceProfiles.Of(Device.Capabilities)), options);
        submits = program.SubmitCount;
        var sums = new float[Steps][];
        StepTicket before = default;
        for (int step = 0; step < Steps; step++)
        {
            program.BeginStep();
            Span<float> values = program.Input<float>("input");
            for (int i = 0; i < values.Length; i++) values[i] = MathF.Sin(i + step);
            StepTicket ticket = program.Submit();
            // One step behind, as trainings look at their metrics.
            if (step > 0) sums[step - 1] = program.Metric<float>(before, "sum").ToArray();
            before = ticket;
        }
        sums[^1] = program.Metric<float>(before, "sum").ToArray();
        return sums;
    }
}
