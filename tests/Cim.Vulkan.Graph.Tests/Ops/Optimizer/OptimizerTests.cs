using System;
using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Optimizer;

public sealed class OptimizerTests
{
    private readonly TensorGraph _graph = new();
    private readonly PersistentBuffer _counters = StepCounters.Buffer("counters");
    private readonly ParameterSet _parameters = new("net");

    [Test]
    public void One_step_updates_the_whole_set_in_one_launch_after_its_guard()
    {
        for (int i = 0; i < 20; i++) _parameters.Add($"p{i}", new Shape(i + 1, 9), Initializer.Ones);
        Tensor loss = _parameters.Parameters.Select(parameter => _graph.Use(parameter).Square().SumAll()).Aggregate((sum, term) => sum.Add(term));
        Tensor gradients = _parameters.PackGradients(Graph.Gradients.Of(loss, _parameters));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = _graph.GuardStep(_counters, loss, norm);
        _parameters.UpdateByAdamW(gradients, norm, guard, _graph.Scalars.Declare("learning_rate"), new AdamWOptions { AverageDecay = 0.999 });
        ExecutionPlan plan = Planner.Plan(_graph, DeviceProfile.Minimal);
        string[] last = plan.Steps.Skip(plan.Steps.Count - 4).Select(step => step.Label.Substring(0, step.Label.LastIndexOf('_'))).ToArray();

        Assert.That(last, Is.EqualTo(new[] { "global_norm", "global_norm", "step_guard", "adamw" }));
        Assert.That(plan.Steps.Skip(plan.Steps.Count - 4).All(step => step.BarrierBefore), Is.True);
        Assert.That(plan.Steps.Any(step => step is CopyStep), Is.False);
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void A_set_larger_than_a_device_can_bind_is_updated_piece_by_piece()
    {
        for (int i = 0; i < 20; i++) _parameters.Add($"p{i}", new Shape(8, 200 + i), Initializer.Ones);
        Tensor loss = _parameters.Parameters.Select(parameter => _graph.Use(parameter).Square().SumAll()).Aggregate((sum, term) => sum.Add(term));
        Tensor gradients = _parameters.PackGradients(Graph.Gradients.Of(loss, _parameters));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = _graph.GuardStep(_counters, loss, norm);
        StepScalar isFirst = _graph.Scalars.Declare("is_first");
        _parameters.AccumulateGradients(gradients, isFirst);
        _parameters.UpdateByAdamW(gradients, norm, guard, _graph.Scalars.Declare("learning_rate"), new AdamWOptions { AverageDecay = 0.999 });
        DeviceProfile small = DeviceProfile.Minimal with { MaxStorageRangeBytes = 40_000 };
        ExecutionPlan plan = Planner.Plan(_graph, small);
        int pieces = (int)((_parameters.PaddedCount + 8191) / 8192);

        Assert.That(pieces, Is.GreaterThan(3));
        foreach ((string op, int more) in new[] { ("adamw", 0), ("accumulate_gradients", 0), ("global_norm", 1) })
        {
            DispatchStep[] launches = plan.Steps.OfType<DispatchStep>().Where(step => step.Label.StartsWith(op, StringComparison.Ordinal)).ToArray();
            Assert.That(launches, Has.Length.EqualTo(pieces + more), op);
        }
        Assert.That(plan.Steps.OfType<DispatchStep>().SelectMany(step => step.Accesses).Max(access => access.Range.SizeBytes), Is.LessThanOrEqualTo(40_000));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
        PlanAccess[] written = plan.Steps.Where(step => step.Label.StartsWith("adamw", StringComparison.Ordinal)).SelectMany(step => step.Accesses)
            .Where(access => access.Access == KernelAccess.ReadWrite && plan.Buffers[access.Range.Buffer].Persistent == _parameters.Values).ToArray();
        Assert.That(written.Sum(access => access.Range.SizeBytes), Is.EqualTo(_parameters.PaddedCount * 4), "every value once");
        Assert.That(() => Planner.Plan(_graph, small with { MaxStorageRangeBytes = 7000 }), Throws.TypeOf<PlanException>());
    }

    [Test]
    public void Guards_refuse_what_they_cannot_watch()
    {
        Tensor loss = _graph.Input("loss", new Shape(1)), many = _graph.Input("many", new Shape(2));

        Assert.That(() => _graph.GuardStep(_counters), Throws.ArgumentException.With.Message.EqualTo("step_guard: watches 1 to 8 numbers, got 0; add some of them up"));
        Assert.That(() => _graph.GuardStep(_counters, Enumerable.Repeat(loss, 9).ToArray()), Throws.ArgumentException);
        Assert.That(() => _graph.GuardStep(_counters, loss, many), Throws.ArgumentException.With.Message.EqualTo("step_guard: a watched number must be one Float32, got Float32 many [2]"));
        Assert.That(() => new StepGuardOp(new[] { loss }, many), Throws.ArgumentException.With.Message.EqualTo("step_guard: counters must be a persistent UInt32 [8], got Input Float32 [2]"));
    }

    [Test]
    public void Updates_refuse_gradients_of_another_size()
    {
        _parameters.Add("weight", new Shape(5, 7), Initializer.Zeros);
        Tensor gradients = _graph.Input("gradients", new Shape(35));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = _graph.GuardStep(_counters, norm);

        Assert.That(() => _parameters.UpdateByAdamW(gradients, norm, guard, _graph.Scalars.Declare("learning_rate")),
            Throws.ArgumentException.With.Message.EqualTo("adamw: gradients must be [64] to match the values, got [35]"));
    }

    [TestCase(1.0, 0.98, 1e-8, 0.0, "adamw: Beta1 must lie between 0 and 1, got 1")]
    [TestCase(0.9, -0.5, 1e-8, 0.0, "adamw: Beta2 must lie between 0 and 1, got -0.5")]
    [TestCase(0.9, 0.98, 0.0, 0.0, "adamw: Epsilon must be positive, got 0")]
    [TestCase(0.9, 0.98, 1e-8, double.NaN, "adamw: ClipNorm must not be negative, got NaN")]
    public void Wrong_constants_are_refused_in_words(double beta1, double beta2, double epsilon, double clipNorm, string message)
    {
        _parameters.Add("weight", new Shape(8, 8), Initializer.Zeros);
        Tensor gradients = _graph.Input("gradients", new Shape(64));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = _graph.GuardStep(_counters, norm);
        var options = new AdamWOptions { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon, ClipNorm = clipNorm };

        Assert.That(() => _parameters.UpdateByAdamW(gradients, norm, guard, _graph.Scalars.Declare("learning_rate"), options),
            Throws.ArgumentException.With.Message.EqualTo(message));
    }

    [Test]
    public void Other_updates_refuse_wrong_constants_and_gradients()
    {
        _parameters.Add("weight", new Shape(5, 7), Initializer.Zeros);
        Tensor gradients = _graph.Input("gradients", new Shape(35)), padded = _graph.Input("padded", new Shape(64)), norm = gradients.GlobalNorm();
        StepGuardOp guard = _graph.GuardStep(_counters, norm);
        StepScalar rate = _graph.Scalars.Declare("learning_rate");

        Assert.That(() => _parameters.UpdateBySgd(gradients, norm, guard, rate), Throws.ArgumentException.With.Message.EqualTo("sgd: gradients must be [64] to match the values, got [35]"));
        Assert.That(() => _parameters.UpdateByLamb(gradients, norm, guard, rate), Throws.ArgumentException.With.Message.EqualTo("lamb: gradients must be [64] to match the values, got [35]"));
        Assert.That(() => _parameters.UpdateBySgd(padded, norm, guard, rate, new SgdOptions { Momentum = 1.0 }), Throws.ArgumentException.With.Message.EqualTo("sgd: Momentum must be below 1, got 1"));
        Assert.That(() => _parameters.UpdateBySgd(padded, norm, guard, rate, new SgdOptions { Momentum = 0.0, IsNesterov = true }), Throws.ArgumentException.With.Message.EqualTo("sgd: IsNesterov needs a Momentum above 0, got 0"));
        Assert.That(() => _parameters.UpdateByLamb(padded, norm, guard, rate, new LambOptions { Beta2 = 1.0 }), Throws.ArgumentException.With.Message.EqualTo("lamb: Beta2 must lie between 0 and 1, got 1"));
        Assert.That(() => _parameters.UpdateByAdamW(padded, norm, guard, rate, new AdamWOptions { AverageDecay = 1.5 }), Throws.ArgumentException.With.Message.EqualTo("adamw: AverageDecay must lie in [0, 1], got 1.5"));
    }

    [Test]
    public void Accumulation_refuses_its_own_sum()
    {
        _parameters.Add("weight", new Shape(8, 8), Initializer.Zeros);
        Tensor sum = _graph.All(_parameters, _parameters.Companion("accumulated_gradients"));

        Assert.That(() => _parameters.AccumulateGradients(sum, _graph.Scalars.Declare("first")), Throws.ArgumentException.With.Message.Contains("must not share"));
    }

    [Test]
    public void Chunk_scales_follow_the_layout_of_the_set()
    {
        _parameters.Add("bias", new Shape(65), Initializer.Zeros);
        _parameters.Add("weight", new Shape(8, 8), Initializer.Zeros);
        _parameters.Add("position", new Shape(1, 3), Initializer.Zeros, isDecayed: false);
        float[] scales = _parameters.ChunkScales(parameter => parameter.Name == "weight" ? 0.5f : 2f);

        // position, weight, bias: last declared, first in memory.
        Assert.That(scales, Is.EqualTo(new[] { 2f, 0f, 0.5f, 1f, 2f, 0f, 2f, 0f }));
    }
}
