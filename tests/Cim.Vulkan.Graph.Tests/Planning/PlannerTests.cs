using System;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

public sealed class PlannerTests
{
    private readonly TensorGraph _graph = new();

    [Test]
    public void What_nobody_needs_is_not_planned()
    {
        Tensor x = _graph.Input("x", new Shape(64));
        _graph.Output("y", x.Gelu());
        x.Tanh().Sigmoid();

        Assert.That(Planner.Plan(_graph, DeviceProfile.Minimal).Steps.Select(step => step.Label), Is.EqualTo(new[] { "gelu_0" }));
    }

    [Test]
    public void Updates_are_planned_without_outputs()
    {
        Tensor state = _graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64));
        _graph.Add(new PackOp(new[] { _graph.Input("x", new Shape(64)).Gelu() }, state, new long[] { 0 }));

        Assert.That(Planner.Plan(_graph, DeviceProfile.Minimal).Steps.Select(step => step.Label), Is.EqualTo(new[] { "gelu_0" }));
    }

    [Test]
    public void Views_cost_nothing_and_share_their_inputs_bytes()
    {
        Tensor x = _graph.Input("x", new Shape(8, 8));
        Tensor y = x.Reshape(64).StopGradient().Reshape(4, 16);
        _graph.Output("view", y);
        _graph.Output("scaled", y.Scale(2f).Reshape(2, 32));
        ExecutionPlan plan = Planner.Plan(_graph, DeviceProfile.Minimal);

        Assert.That(plan.Steps, Has.Count.EqualTo(1));
        Assert.That(plan.Outputs[0].Range, Is.EqualTo(plan.Inputs[0].Range));
        Assert.That(plan.Outputs[1].Range, Is.EqualTo(plan.Steps[0].Accesses[1].Range));
    }

    [Test]
    public void Outputs_may_be_inputs_constants_and_state_and_views_of_them()
    {
        Tensor constant = _graph.Constant("constant", new Shape(4), new ReadOnlySpan<float>(new[] { 1f, 2f, 3f, 4f }));
        Tensor viewed = _graph.Constant("viewed", new Shape(4), new ReadOnlySpan<float>(new[] { 1f, 2f, 3f, 4f }));
        _graph.Output("input", _graph.Input("x", new Shape(4)));
        _graph.Output("constant", constant);
        _graph.Output("view", viewed.Reshape(2, 2));
        _graph.Output("state", _graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64)).Reshape(8, 8));
        ExecutionPlan plan = Planner.Plan(_graph, DeviceProfile.Minimal);

        Assert.That(plan.Steps, Is.Empty);
        Assert.That(plan.Constants, Has.Count.EqualTo(2));
        Assert.That(plan.Outputs.Select(output => plan.Buffers[output.Range.Buffer].Kind),
            Is.EqualTo(new[] { PlanBufferKind.Inputs, PlanBufferKind.Constants, PlanBufferKind.Constants, PlanBufferKind.Persistent }));
    }

    [Test]
    public void Constants_that_nobody_reads_take_no_memory()
    {
        _graph.Constant("unused", new Shape(4), new ReadOnlySpan<float>(new float[4]));
        _graph.Output("y", _graph.Input("x", new Shape(4)).Gelu());

        Assert.That(Planner.Plan(_graph, DeviceProfile.Minimal).Constants, Is.Empty);
    }

    [Test]
    public void Parameters_lie_at_their_places_in_the_set()
    {
        var parameters = new ParameterSet("net");
        Parameter first = parameters.Add("first", new Shape(5), Initializer.Zeros), second = parameters.Add("second", new Shape(70), Initializer.Zeros);
        _graph.Output("y", _graph.Use(first).SumAll().Add(_graph.Use(second).SumAll()));
        ExecutionPlan plan = Planner.Plan(_graph, DeviceProfile.Minimal with { IsCpu = true });
        long[] offsets = plan.AllCommands.SelectMany(step => step.Accesses).Where(access => plan.Buffers[access.Range.Buffer].Persistent == parameters.Values)
            .Select(access => access.Range.OffsetBytes).ToArray();

        Assert.That(offsets, Is.EqualTo(new[] { first.OffsetBytes, second.OffsetBytes }));
        Assert.That(parameters.PaddedCount, Is.EqualTo(192));
    }

    [Test]
    public void A_tensor_beyond_the_binding_limit_is_refused_in_words()
    {
        _graph.Output("y", _graph.Input("x", new Shape(1 << 20)).Gelu());

        Assert.That(() => Planner.Plan(_graph, DeviceProfile.Minimal with { Name = "tiny", MaxStorageRangeBytes = 1 << 20 }),
            Throws.TypeOf<PlanException>().With.Message.EqualTo("gelu_0: tensor x [1048576] takes 4.0 MiB, but tiny binds at most 1.0 MiB at once"));
    }

    [Test]
    public void Long_launches_fold_over_two_dimensions()
    {
        _graph.Output("y", _graph.Input("x", new Shape(1 << 24)).Add(_graph.Input("z", new Shape(1 << 24))));
        var step = (DispatchStep)Planner.Plan(_graph, DeviceProfile.Minimal).Steps.Single();

        Assert.That(step.GroupsX, Is.LessThanOrEqualTo(65535u));
        Assert.That((long)step.GroupsX * step.GroupsY * 64, Is.GreaterThanOrEqualTo(1 << 24));
    }

    [Test]
    public void The_same_graph_plans_alike_twice()
    {
        TensorGraph graph = Graphs.Random(9, opCount: 80);

        Assert.That(Describe(Planner.Plan(graph, DeviceProfile.Minimal)), Is.EqualTo(Describe(Planner.Plan(graph, DeviceProfile.Minimal))));
    }

    private static string[] Describe(ExecutionPlan plan) =>
        plan.Steps.Select(step => $"{step.Label} {step.BarrierBefore} {string.Join(" ", step.Accesses)}").ToArray();
}
