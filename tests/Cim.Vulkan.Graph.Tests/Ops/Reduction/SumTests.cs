using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Reduction;

public sealed class SumTests
{
    private readonly Tensor _input = new TensorGraph().Input("x", new Shape(2, 3, 4));

    [Test]
    public void Shapes_lose_or_keep_the_summed_axes()
    {
        Assert.That(_input.Sum(1).Shape, Is.EqualTo(new Shape(2, 4)));
        Assert.That(_input.Sum(-1, 0).Shape, Is.EqualTo(new Shape(3)));
        Assert.That(_input.Sum(new[] { 0, 2 }, keepDimensions: true).Shape, Is.EqualTo(new Shape(1, 3, 1)));
        Assert.That(_input.Mean(0, 1, 2).Shape, Is.EqualTo(new Shape()));
        Assert.That(_input.MeanAll().Shape, Is.EqualTo(new Shape(1)));
        Assert.That(_input.SumTo(new Shape(3, 1)).Shape, Is.EqualTo(new Shape(3, 1)));
    }

    [Test]
    public void Wrong_axes_are_refused_in_words()
    {
        Assert.That(() => _input.Sum(3), Throws.ArgumentException.With.Message.StartsWith("sum: there is no axis 3 in [2, 3, 4]"));
        Assert.That(() => _input.Mean(-4), Throws.ArgumentException.With.Message.StartsWith("mean: there is no axis -4 in [2, 3, 4]"));
        Assert.That(() => _input.Sum(1, -2), Throws.ArgumentException.With.Message.StartsWith("sum: axis -2 of [2, 3, 4] is named twice"));
    }

    [Test]
    public void Sum_to_a_shape_that_does_not_broadcast_is_refused_in_words()
    {
        Assert.That(() => _input.SumTo(new Shape(2, 4)), Throws.ArgumentException.With.Message.Contains("sum_to: shapes [2, 3, 4] and [2, 4] do not match"));
        Assert.That(() => _input.SumTo(new Shape(1, 2, 3, 4)), Throws.ArgumentException.With.Message.StartsWith("sum_to: [1, 2, 3, 4] does not broadcast to [2, 3, 4]"));
        Assert.That(() => _input.BroadcastTo(new Shape(3, 4)), Throws.ArgumentException.With.Message.EqualTo("broadcast: [2, 3, 4] does not broadcast to [3, 4]"));
    }

    [Test]
    public void Neighbouring_axes_are_summed_at_once()
    {
        Tensor sum = new TensorGraph().Input("x", new Shape(2, 3, 4, 5)).Sum(0, 2, 3);

        Assert.That(sum.Graph.Ops.OfType<SumOp>().Select(op => op.Inputs[0].Shape), Is.EqualTo(new[] { new Shape(6, 20, 1), new Shape(1, 2, 3) }));
    }

    [Test]
    public void Axes_of_length_1_cost_nothing()
    {
        Tensor sum = new TensorGraph().Input("x", new Shape(1, 5, 1)).Sum(0, 2);

        Assert.That(sum.Graph.Ops.Any(op => op is SumOp), Is.False);
        Assert.That(sum.Shape, Is.EqualTo(new Shape(5)));
    }

    [TestCase(true, 100_000, 2)]
    [TestCase(false, 100_000, 2)]
    [TestCase(true, 64, 1)]
    [TestCase(false, 4096, 1)]
    public void Long_sums_with_few_results_take_two_launches(bool isCpu, int length, int launches)
    {
        var graph = new TensorGraph();
        graph.Output("sum", graph.Input("x", new Shape(length)).SumAll());
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal with { IsCpu = isCpu });

        Assert.That(plan.Steps, Has.Count.EqualTo(launches));
        Assert.That(plan.Steps.Count(step => step.BarrierBefore), Is.EqualTo(launches - 1));
    }
}
