using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

public sealed class PackTests
{
    [Test]
    public void Gradients_are_written_straight_into_their_places()
    {
        (TensorGraph graph, ParameterSet parameters, _) = Graphs.Training();
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);
        PlanBuffer gradients = plan.Buffers.Single(buffer => buffer.Persistent == parameters.Companion("gradients"));
        PlanRange[] written = plan.Steps.SelectMany(step => step.Accesses)
            .Where(access => access.Access != Kernels.KernelAccess.Read && access.Range.Buffer == gradients.Index).Select(access => access.Range).ToArray();

        Assert.That(plan.Steps.Any(step => step is CopyStep), Is.False);
        foreach (Parameter parameter in parameters.Parameters)
            Assert.That(written, Has.Exactly(1).EqualTo(new PlanRange(gradients.Index, parameter.OffsetBytes, parameter.SizeBytes)), parameter.Name);
        Assert.That(written, Has.Length.EqualTo(parameters.Parameters.Count));
    }

    [Test]
    public void One_tensor_in_two_places_is_copied_once()
    {
        var graph = new TensorGraph();
        Tensor part = graph.Input("x", new Shape(64)).Gelu();
        ExecutionPlan plan = PlanPack(graph, new[] { part, part });

        Assert.That(plan.Steps.OfType<CopyStep>().Count(), Is.EqualTo(1));
        Assert.That(plan.Steps.OfType<CopyStep>().Single().Source.Overlaps(plan.Steps.OfType<CopyStep>().Single().Target), Is.False);
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void Inputs_and_parameters_are_copied()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("x", new Shape(64));
        Tensor state = graph.Persistent("other", new PersistentBuffer("other", 256), 0, new Shape(64));

        Assert.That(PlanPack(graph, new[] { input, state }).Steps.OfType<CopyStep>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Reshaped_parts_are_written_in_place()
    {
        var graph = new TensorGraph();
        Tensor part = graph.Input("x", new Shape(64)).Gelu();

        Assert.That(PlanPack(graph, new[] { part.Reshape(8, 8) }).Steps.Single(), Is.TypeOf<DispatchStep>());
    }

    [Test]
    public void Old_content_that_is_still_read_is_not_overwritten_early()
    {
        var graph = new TensorGraph();
        var buffer = new PersistentBuffer("state", 256);
        Tensor state = graph.Persistent("state", buffer, 0, new Shape(64));
        Tensor next = graph.Input("x", new Shape(64)).Gelu();
        Tensor reader = state.Reshape(8, 8).Scale(2f);
        graph.Add(new PackOp(new[] { next }, state, new long[] { 0 }));
        graph.Output("old", reader);
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);

        Assert.That(plan.Steps[plan.Steps.Count - 1], Is.TypeOf<CopyStep>());
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void A_second_pack_into_the_same_buffer_is_copied()
    {
        var graph = new TensorGraph();
        Tensor state = graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64));
        Tensor x = graph.Input("x", new Shape(64));
        Tensor first = x.Gelu(), second = x.Tanh();
        graph.Add(new PackOp(new[] { first }, state, new long[] { 0 }));
        graph.Output("between", state.Scale(2f));
        graph.Add(new PackOp(new[] { second }, state, new long[] { 0 }));
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);

        Assert.That(plan.Steps.OfType<CopyStep>().Count(), Is.EqualTo(1));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void A_part_that_is_read_after_its_place_was_overwritten_keeps_its_value()
    {
        var graph = new TensorGraph();
        Tensor state = graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64));
        Tensor x = graph.Input("x", new Shape(64));
        Tensor first = x.Gelu(), second = x.Tanh();
        graph.Add(new PackOp(new[] { first }, state, new long[] { 0 }));
        graph.Add(new PackOp(new[] { second }, state, new long[] { 0 }));
        graph.Output("late", first.Scale(2f));
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);
        int copy = plan.Steps.ToList().FindLastIndex(step => step is CopyStep);
        PlanRange overwritten = ((CopyStep)plan.Steps[copy]).Target;
        PlanStep late = plan.Steps.Single(step => step.Label.StartsWith("scale", System.StringComparison.Ordinal));

        Assert.That(late.Accesses[0].Range.Overlaps(overwritten), Is.False);
    }

    [Test]
    public void Parts_that_do_not_fit_are_refused_in_words()
    {
        var graph = new TensorGraph();
        Tensor state = graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64));
        Tensor x = graph.Input("x", new Shape(64));

        Assert.That(() => new PackOp(new[] { x }, state, new long[] { 4 }), Throws.ArgumentException.With.Message.EqualTo("pack: x [64] at byte 4 does not fit into state [64]"));
        Assert.That(() => new PackOp(new[] { x }, x, new long[] { 0 }), Throws.ArgumentException.With.Message.EqualTo("pack: the target must be persistent, got x [64]"));
    }

    private static ExecutionPlan PlanPack(TensorGraph graph, Tensor[] parts)
    {
        Tensor target = graph.Persistent("target", new PersistentBuffer("target", 256 * parts.Length), 0, new Shape(64 * parts.Length));
        graph.Add(new PackOp(parts, target, Enumerable.Range(0, parts.Length).Select(i => 256L * i).ToArray()));
        return Planner.Plan(graph, DeviceProfile.Minimal);
    }
}
