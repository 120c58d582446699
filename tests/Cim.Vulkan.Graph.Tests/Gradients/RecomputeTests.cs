using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests;

public sealed class RecomputeTests
{
    private const int Blocks = 8;
    private static readonly Shape s_shape = new(64, 256);

    [Test]
    public void Inner_tensors_are_not_kept_for_the_gradient()
    {
        ExecutionPlan kept = Plan(recompute: false), again = Plan(recompute: true);
        // Of each block one tensor stays instead of three.
        Assert.That(again.Memory.PeakLiveBytes, Is.LessThan(kept.Memory.PeakLiveBytes * 0.6));
        Assert.That(again.Steps.Count, Is.GreaterThan(kept.Steps.Count));
        Assert.That(HazardChecker.Check(again), Is.Empty);
    }

    [Test]
    public void A_block_is_computed_again_only_after_all_that_come_after_it_are_differentiated()
    {
        (TensorGraph graph, _) = Build(recompute: true);
        int[] gelus = graph.Ops.Where(op => op.Name == "gelu").Select(op => op.Index).ToArray();
        int[] backwards = graph.Ops.OfType<UnaryBackwardOp>().Skip(1).Select(op => op.Index).ToArray(); // the first is the square's
        Assert.That(gelus, Has.Length.EqualTo(2 * Blocks));
        Assert.That(backwards, Has.Length.EqualTo(Blocks));
        for (int i = 1; i < Blocks; i++) Assert.That(backwards[i - 1], Is.LessThan(gelus[Blocks + i]), $"block {Blocks - 1 - i}");
    }

    [Test]
    public void Random_draws_are_the_same_again_and_no_other_op_draws_them()
    {
        (TensorGraph graph, _) = Build(recompute: true);
        string[] drawn = graph.Ops.OfType<RandomNoiseOp>().Select(op => op.Attributes).ToArray();
        Assert.That(drawn, Has.Length.EqualTo(2 * Blocks));
        Assert.That(drawn.Take(Blocks).Distinct().Count(), Is.EqualTo(Blocks));
        Assert.That(drawn.Skip(Blocks), Is.EqualTo(drawn.Take(Blocks).Reverse()));
        Assert.That(graph.NewRandomStream(), Is.EqualTo(Blocks), "the next new stream");
    }

    [Test]
    public void An_equal_op_outside_is_not_shared_with_a_block()
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", s_shape);
        Tensor outside = x.Gelu();
        Tensor result = x.Recompute(inner => inner.Gelu().Scale(2f));
        Assert.That(graph.Ops.Count(op => op.Name == "gelu"), Is.EqualTo(2));
        Assert.That(x.Gelu(), Is.SameAs(outside), "outside, sharing goes on");
        Assert.That(result.Shape, Is.EqualTo(s_shape));
    }

    [Test]
    public void What_a_block_closes_over_gets_its_gradient_and_blocks_may_hold_blocks()
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", s_shape), gain = graph.Input("gain", s_shape), other = gain.Scale(3f);
        Tensor loss = x.Recompute(outer => outer.Recompute(inner => inner.Tanh().Multiply(other)).Add(outer)).SumAll();
        IReadOnlyList<Tensor> gradients = Graph.Gradients.Of(loss, new[] { x, gain });
        Assert.That(gradients.Select(gradient => gradient.Producer is FilledOp), Is.All.False);
        Assert.That(graph.Ops.Count(op => op.Name == "tanh"), Is.EqualTo(3), "forward, for the outer block, for the inner one");
    }

    [Test]
    public void A_block_must_not_update_anything()
    {
        var graph = new TensorGraph();
        Tensor state = graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64));
        Tensor x = graph.Input("x", new Shape(64));
        Assert.That(() => x.Recompute(inner =>
        {
            graph.Add(new PackOp(new[] { inner }, state, new[] { 0L }));
            return inner.Scale(2f);
        }), Throws.InvalidOperationException.With.Message.Contains("a block is computed twice"));
    }

    private static ExecutionPlan Plan(bool recompute) => Planner.Plan(Build(recompute).Graph, DeviceProfile.Minimal);

    private static (TensorGraph Graph, IReadOnlyList<Tensor> Gradients) Build(bool recompute)
    {
        var graph = new TensorGraph();
        Tensor[] gains = Enumerable.Range(0, Blocks).Select(i => graph.Input($"gain{i}", s_shape)).ToArray();
        Tensor tensor = graph.Input("x", s_shape);
        foreach (Tensor gain in gains)
        {
            Tensor Block(Tensor inner) => inner.Add(inner.Multiply(gain).Gelu().Multiply(graph.UniformNoise(s_shape)));
            tensor = recompute ? tensor.Recompute(Block) : Block(tensor);
        }
        Tensor loss = tensor.Square().MeanAll();
        IReadOnlyList<Tensor> gradients = Graph.Gradients.Of(loss, gains);
        for (int i = 0; i < Blocks; i++) graph.Output($"gradient{i}", gradients[i].SumAll());
        return (graph, gradients);
    }
}
