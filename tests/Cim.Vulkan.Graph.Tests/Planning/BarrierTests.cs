using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

public sealed class BarrierTests
{
    [Test]
    public void Plans_have_no_hazards([Range(1, 8)] int seed)
    {
        Assert.That(HazardChecker.Check(Planner.Plan(Graphs.Random(seed, opCount: 150), DeviceProfile.Minimal)), Is.Empty);
    }

    [Test]
    public void The_checker_complains_when_any_barrier_is_missing([Range(1, 4)] int seed)
    {
        AssertEveryBarrierCounts(Planner.Plan(Graphs.Random(seed, opCount: 60), DeviceProfile.Minimal).Steps);
    }

    [Test]
    public void The_checker_complains_when_any_barrier_of_a_training_step_is_missing([Values] bool isCpu)
    {
        IReadOnlyList<PlanStep> steps = Planner.Plan(Graphs.Training().Graph, DeviceProfile.Minimal with { IsCpu = isCpu }).Steps;

        Assert.That(HazardChecker.Check(steps), Is.Empty);
        AssertEveryBarrierCounts(steps);
    }

    [Test]
    public void Independent_commands_have_no_barrier_between_them()
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", new Shape(64));
        for (int i = 0; i < 5; i++) graph.Output($"y{i}", x.Scale(i + 2f));

        Assert.That(Planner.Plan(graph, DeviceProfile.Minimal).Steps.Any(step => step.BarrierBefore), Is.False);
    }

    [Test]
    public void Reused_memory_gets_a_barrier_against_writing_before_the_read_is_done()
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", new Shape(64)), other = graph.Input("other", new Shape(64));
        graph.Output("first", x.Gelu().Sigmoid().SumAll());
        graph.Output("second", other.Tanh().SumAll());
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);

        Assert.That(HazardChecker.Check(plan), Is.Empty);
        AssertEveryBarrierCounts(plan.Steps);
    }

    [Test]
    public void Disjoint_ranges_of_one_persistent_buffer_need_no_barrier()
    {
        var parameters = new ParameterSet("net");
        Parameter first = parameters.Add("first", new Shape(5), Initializer.Zeros), second = parameters.Add("second", new Shape(5), Initializer.Zeros);
        var graph = new TensorGraph();
        graph.Output("y", graph.Use(first).Scale(2f));
        graph.Output("z", graph.Use(second).Scale(3f));

        Assert.That(Planner.Plan(graph, DeviceProfile.Minimal).Steps.Any(step => step.BarrierBefore), Is.False);
    }

    [Test]
    public void A_read_of_state_before_its_update_is_kept_apart_from_it()
    {
        var graph = new TensorGraph();
        Tensor state = graph.Persistent("state", new PersistentBuffer("state", 256), 0, new Shape(64));
        graph.Output("before", state.Scale(2f));
        graph.Add(new PackOp(new[] { graph.Input("new", new Shape(64)) }, state, new long[] { 0 }));
        graph.Output("after", state.Scale(2f));
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);

        Assert.That(plan.Steps.Select(step => step.BarrierBefore), Is.EqualTo(new[] { false, true, true }));
        AssertEveryBarrierCounts(plan.Steps);
    }

    private static void AssertEveryBarrierCounts(IReadOnlyList<PlanStep> steps)
    {
        int[] barriers = Enumerable.Range(0, steps.Count).Where(i => steps[i].BarrierBefore).ToArray();
        Assert.That(barriers, Is.Not.Empty);
        foreach (int barrier in barriers)
        {
            PlanStep[] broken = steps.Select((step, i) => i == barrier ? step with { BarrierBefore = false } : step).ToArray();
            IReadOnlyList<Hazard> hazards = HazardChecker.Check(broken);
            Assert.That(hazards.Any(hazard => hazard.Later >= barrier && hazard.Earlier < barrier), Is.True, $"barrier before step {barrier}");
        }
    }
}
