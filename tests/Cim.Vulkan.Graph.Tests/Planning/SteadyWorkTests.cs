using System;
using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

/// <summary>What comes out the same step after step is done once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SteadyWorkTests
{
    private const int Channels = 8;

    // Its convolutions read packed weights.
    private static readonly DeviceProfile s_device = DeviceProfile.Minimal with { IsCpu = true, Features = KernelFeatures.Subgroup };

    private readonly TensorGraph _graph = new();
    private readonly ParameterSet _frozen = new("frozen"), _trained = new("trained");
    private readonly Parameter _first, _second, _third;

    public SteadyWorkTests()
    {
        Parameter Kernel(ParameterSet set, string name) => set.Add(name, new Shape(Channels, Channels, 3, 3), Initializer.Ones);
        (_first, _second, _third) = (Kernel(_frozen, "first"), Kernel(_frozen, "second"), Kernel(_trained, "third"));
    }

    [Test]
    public void Weights_that_nothing_changes_are_packed_once_and_those_that_are_trained_each_step()
    {
        Tensor images = Convolve(Convolve(_graph.Input("images", new Shape(1, Channels, 6, 6)), _first), _second);
        Train(Convolve(images, _third).Square().MeanAll());
        ExecutionPlan plan = Plan();

        Assert.That(Packed(plan, plan.Preparation), Is.EqualTo(new[] { _frozen.Values, _frozen.Values }));
        Assert.That(plan.Preparation, Has.Count.EqualTo(2), "and nothing else is steady");
        Assert.That(Packed(plan, plan.Steps), Has.None.EqualTo(_frozen.Values));
        Assert.That(Packed(plan, plan.Steps), Has.Member(_trained.Values));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void Only_where_a_command_runs_differs_from_a_plan_without_a_preparation()
    {
        Tensor images = Convolve(_graph.Input("images", new Shape(1, Channels, 6, 6)), _first);
        Train(Convolve(images, _third).Square().MeanAll());
        ExecutionPlan plan = Plan(), without = Plan(new PlannerOptions { PreparesSteadyWork = false });

        Assert.That(without.Preparation, Is.Empty);
        Assert.That(without.Memory.PreparedBytes, Is.Zero);
        Assert.That(plan.Preparation, Is.Not.Empty);
        Assert.That(plan.AllCommands.Select(Words), Is.EquivalentTo(without.Steps.Select(Words)));
        Assert.That(plan.Steps.Select(Words), Is.EqualTo(without.Steps.Select(Words).Where(words => !plan.Preparation.Select(Words).Contains(words))), "in the order that they had");
    }

    [Test]
    public void What_is_kept_is_counted_beside_the_arena()
    {
        _graph.Output("images", Convolve(Convolve(_graph.Input("images", new Shape(1, Channels, 6, 6)), _first), _second));
        ExecutionPlan plan = Plan();
        long weights = 4 * Channels * Channels * 9, images = 4 * Channels * 36;

        Assert.That(plan.Memory.PreparedBytes, Is.EqualTo(plan.Buffers.Where(buffer => buffer.Kind == PlanBufferKind.Prepared).Sum(buffer => buffer.SizeBytes)));
        Assert.That(plan.Memory.PreparedBytes, Is.InRange(2 * weights, (2 * weights) + 512));
        Assert.That(plan.Memory.PreparedTensors.Select(tensor => tensor.Range.SizeBytes), Is.EqualTo(new[] { weights, weights }));
        Assert.That(plan.Memory.ArenaBytes, Is.InRange(2 * images, (2 * images) + 512), "images alone");
        Assert.That(plan.Memory.OwnBytes, Is.EqualTo(plan.Memory.ArenaBytes + plan.Memory.PreparedBytes + plan.Memory.TransferBytes));
        Assert.That(plan.Memory.TotalBytes, Is.EqualTo(plan.Buffers.Sum(buffer => buffer.SizeBytes)));
    }

    [Test]
    public void A_chain_keeps_its_end()
    {
        Tensor steady = Enumerable.Range(0, 6).Aggregate(Weights(64), (tensor, i) => tensor.Scale(2f, i));
        _graph.Output("sum", _graph.Input("x", new Shape(64)).Add(steady));
        ExecutionPlan plan = Plan();

        Assert.That(plan.Preparation, Has.Count.EqualTo(6));
        Assert.That(plan.Steps, Has.Count.EqualTo(1));
        Assert.That(plan.Memory.PreparedBytes, Is.EqualTo(2 * 256), "what a command reads and what it writes");
        Assert.That(plan.Memory.PreparedTensors.Count(tensor => tensor.LastStep == plan.Preparation.Count), Is.EqualTo(1));
        Assert.That(plan.Steps[0].Accesses.Select(access => plan.Buffers[access.Range.Buffer].Kind), Is.EquivalentTo(new[] { PlanBufferKind.Inputs, PlanBufferKind.Prepared, PlanBufferKind.Arena }));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void What_follows_from_inputs_or_from_the_step_stays_in_it()
    {
        _graph.Output("from_input", _graph.Input("x", new Shape(64)).Scale(2f).Gelu());
        _graph.Output("from_noise", _graph.NormalNoise(new Shape(64)).Scale(2f).Gelu());
        _graph.Output("from_both", Weights(64).Multiply(_graph.UniformNoise(new Shape(64))).Gelu());

        Assert.That(Plan().Preparation, Is.Empty);
    }

    [Test]
    public void An_output_is_written_each_step_and_its_operands_once()
    {
        _graph.Output("output", Weights(64).Gelu().Scale(3f));
        ExecutionPlan plan = Plan();

        Assert.That(plan.Preparation.Select(step => step.Label), Is.EqualTo(new[] { "gelu_0" }));
        Assert.That(plan.Steps.Select(step => step.Label), Is.EqualTo(new[] { "scale_1" }));
        Assert.That(plan.Buffers[plan.Outputs[0].Range.Buffer].Kind, Is.EqualTo(PlanBufferKind.Arena));
    }

    [TestCase(8, true)]
    [TestCase(200, false)]
    public void Results_much_larger_than_what_they_are_made_of_are_not_kept(int rows, bool isKept)
    {
        var positions = new int[rows];
        Tensor table = Weights(8, 16), indices = _graph.Constant<int>("positions", new Shape(rows), positions, ElementType.Int32);
        _graph.Output("sum", _graph.Input("x", new Shape(rows, 16)).Add(table.GatherRows(indices)));

        Assert.That(Plan().Preparation.Count, Is.EqualTo(isKept ? 1 : 0));
    }

    [Test]
    public void What_is_laid_into_a_persistent_buffer_is_laid_there_each_step()
    {
        var state = new PersistentBuffer("state", 256);
        _graph.Add(new PackOp(new[] { Weights(64).Gelu() }, _graph.Persistent("state", state, 0, new Shape(64)), new long[] { 0 }));
        ExecutionPlan plan = Plan();

        Assert.That(plan.Preparation, Is.Empty, "another program may have changed it meanwhile");
        Assert.That(plan.Steps, Is.Not.Empty);
    }

    [Test]
    public void A_repeated_plan_prepares_as_often_as_before()
    {
        _graph.Output("sum", _graph.Input("x", new Shape(64)).Add(Weights(64).Gelu()));
        ExecutionPlan plan = Plan(), repeated = plan.Repeated(3);

        Assert.That((repeated.Preparation.Count, repeated.Steps.Count), Is.EqualTo((1, 3)));
        Assert.That(HazardChecker.Check(repeated), Is.Empty);
    }

    [Test]
    public void The_checker_sees_what_is_wrong_with_a_preparation()
    {
        _graph.Output("sum", _graph.Input("x", new Shape(64)).Add(Weights(64).Gelu().Scale(2f)));
        ExecutionPlan plan = Plan();
        PlanStep[] unordered = plan.Preparation.Select(step => step with { BarrierBefore = false }).ToArray();

        Assert.That(HazardChecker.Check(plan), Is.Empty);
        Assert.That(HazardChecker.Check(plan with { Preparation = unordered }).Single().Message, Does.StartWith("preparation: gelu_0").And.Contain("without a barrier"));
        Assert.That(HazardChecker.Check(plan with { Preparation = plan.Steps, Steps = Array.Empty<PlanStep>() }).Select(hazard => hazard.Message),
            Has.Some.Contains("(Read inputs), which does not stay as it is").And.Some.Contains("(Write arena_0), which does not stay as it is"));
        Assert.That(HazardChecker.Check(plan with { Steps = plan.Preparation }).Select(hazard => hazard.Message), Has.Some.EqualTo("gelu_0 changes what was prepared for all steps"));
    }

    [Test]
    public void A_report_tells_both_parts()
    {
        _graph.Output("sum", _graph.Input("x", new Shape(64)).Add(Weights(64).Gelu().Scale(2f)));
        ExecutionPlan plan = Plan();

        Assert.That(PlanReport.Summarize(plan), Does.Contain("launches        1 (").And.Contain("done once       2 launches"));
        Assert.That(PlanReport.Lines(plan).Select(line => line.StartsWith("once; ", StringComparison.Ordinal)), Is.EqualTo(new[] { true, true, false }));
    }

    private ExecutionPlan Plan(PlannerOptions? options = null) => Planner.Plan(_graph, s_device, options);

    private Tensor Weights(params int[] shape) => _graph.Use(_frozen.Add("weights", new Shape(shape), Initializer.Ones));

    private Tensor Convolve(Tensor images, Parameter kernel) => images.Conv2d(_graph.Use(kernel), padding: 1);

    private void Train(Tensor loss)
    {
        Tensor gradients = _trained.PackGradients(Graph.Gradients.Of(loss, _trained)), norm = gradients.GlobalNorm();
        _trained.UpdateByAdamW(gradients, norm, _graph.GuardStep(StepCounters.Buffer("counters"), loss, norm), _graph.Scalars.Declare("learning_rate"), new AdamWOptions());
        _graph.Output("loss", loss);
    }

    // Whose weights each packing reads.
    private static PersistentBuffer?[] Packed(ExecutionPlan plan, System.Collections.Generic.IEnumerable<PlanStep> steps) => steps.OfType<DispatchStep>()
        .Where(step => step.Call.Kernel.Name == "pack_channels_last").Select(step => plan.Buffers[step.Accesses[0].Range.Buffer].Persistent).ToArray();

    private static string Words(PlanStep step) => step is DispatchStep dispatch
        ? $"{dispatch.Label} {dispatch.Call.Kernel} {dispatch.GroupsX} {dispatch.GroupsY} {dispatch.GroupsZ} {string.Join(" ", dispatch.Call.Specialization)} {BitConverter.ToString(dispatch.Call.PushConstants)}"
        : step.Label;
}
