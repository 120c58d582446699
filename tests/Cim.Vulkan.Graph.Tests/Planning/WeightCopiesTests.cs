using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

/// <summary>Which operands are read from the 16-bit copies of the weights, and what plans do to keep these.</summary>
public sealed class WeightCopiesTests
{
    private static readonly DeviceProfile s_device = new()
    {
        Name = "GPU with matrix units",
        MaxSharedMemoryBytes = 49152,
        MaxWorkgroupInvocations = 1024,
        StorageAlignmentBytes = 64,
        Features = KernelFeatures.Float16 | KernelFeatures.CooperativeMatrix | KernelFeatures.BFloat16 | KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16), new MatrixShape(Precision.BFloat16, 16, 16, 16)],
    };

    [TestCase(Precision.Float16)]
    [TestCase(Precision.BFloat16)]
    public void Products_read_weights_in_half_the_bytes(Precision precision)
    {
        var net = new Net(64, 128);
        Assert.That(WeightReads(net.Plan(Precision.Float32)), Is.All.EqualTo((64L * 128 * 4, false)));
        Assert.That(WeightReads(net.Plan(precision)), Is.EqualTo(Enumerable.Repeat((64L * 128 * 2, true), 4)), "two products and the gradients of their inputs");
        Assert.That(WeightReads(net.Plan(precision, Precision.Float32)), Is.All.EqualTo((64L * 128 * 4, false)), "switched off");
        Assert.That(WeightReads(net.Plan(precision, precision == Precision.Float16 ? Precision.BFloat16 : Precision.Float16)), Is.All.EqualTo((64L * 128 * 4, false)), "of the other type");
    }

    [Test]
    public void The_copy_takes_half_as_much_memory_as_the_weights()
    {
        var net = new Net(64, 128);
        ExecutionPlan with = net.Plan(Precision.Float16), without = net.Plan(Precision.Float16, Precision.Float32);
        Assert.That(with.Memory.PersistentBytes - without.Memory.PersistentBytes, Is.EqualTo(net.Parameters.Values.SizeBytes / 2));
        Assert.That(with.Memory.ArenaBytes, Is.EqualTo(without.Memory.ArenaBytes));
        Assert.That(net.Plan(Precision.Float32).Buffers.Select(buffer => buffer.Persistent?.Original), Is.All.Null);
    }

    [Test]
    public void Rows_that_are_not_whole_fours_stay_fp32() =>
        Assert.That(WeightReads(new Net(66, 128).Plan(Precision.Float16)), Is.EquivalentTo(new[] { (66L * 128 * 4, false), (66L * 128 * 4, false), (66L * 128 * 2, true), (66L * 128 * 2, true) }));

    [Test]
    public void What_the_device_cannot_bind_at_half_its_offset_stays_fp32()
    {
        // The second weight begins at 64 elements, which are 128 bytes of a copy.
        (long, bool)[] reads = WeightReads(new Net(64, 128, bias: 64).Plan(Precision.Float16, device: s_device with { StorageAlignmentBytes = 256 }));
        Assert.That(reads, Is.EquivalentTo(new[] { (64L * 128 * 4, false), (64L * 128 * 4, false), (64L * 128 * 4, false), (64L * 128 * 4, false) }));
        Assert.That(WeightReads(new Net(64, 128, bias: 64).Plan(Precision.Float16)), Is.All.EqualTo((64L * 128 * 2, true)));
    }

    [Test]
    public void A_set_without_matrices_has_no_copy()
    {
        var statistics = new ParameterSet("statistics");
        statistics.Add("mean", new Shape(64), Initializer.Zeros);
        Assert.That(statistics.Values.HoldsWeights, Is.False);
        Assert.That(() => statistics.Values.Copy(ElementType.Float16), Throws.InvalidOperationException);
    }

    [Test]
    public void Companions_have_no_copy() => Assert.That(new Net(64, 128).Parameters.Companion("average").HoldsWeights, Is.False);

    [TestCase("adamw")]
    [TestCase("average")]
    [TestCase("lamb")]
    [TestCase("sgd")]
    public void An_update_writes_the_copy_in_its_own_launch(string optimizer)
    {
        var net = new Net(64, 128, optimizer: optimizer);
        ExecutionPlan plan = net.Plan(Precision.Float16);
        DispatchStep[] writers = [.. plan.Steps.OfType<DispatchStep>().Where(step => step.Accesses.Any(access => access.Access != KernelAccess.Read && plan.Buffers[access.Range.Buffer].Persistent?.Original == net.Parameters.Values))];
        Assert.That(writers.Single().Call.Kernel.Name, Does.EndWith("with_copy"));
        Assert.That(HazardChecker.Check(plan.Steps), Is.Empty);
        Assert.That(plan.Steps, Has.Count.EqualTo(net.Plan(Precision.Float16, Precision.Float32).Steps.Count), "no launch more");
    }

    [Test]
    public void Whoever_changes_weights_without_their_copy_is_followed_by_a_launch_that_makes_it()
    {
        var net = new Net(64, 128);
        net.Graph.Add(new PackOp(new[] { net.Graph.Input("new", new Shape((int)net.Parameters.PaddedCount)) }, net.Graph.All(net.Parameters, net.Parameters.Values), new[] { 0L }));
        Assert.That(((DispatchStep)net.Plan(Precision.Float16).Steps[^1]).Call.Kernel.Name, Is.EqualTo("copy_weights"));
        Assert.That(net.Plan(Precision.Float32).Steps.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name), Has.None.EqualTo("copy_weights"));
    }

    [Test]
    public void Convolutions_are_packed_from_the_copy()
    {
        var graph = new TensorGraph();
        var parameters = new ParameterSet("net");
        Parameter wide = parameters.Add("wide", new Shape(8, 8, 3, 3), Initializer.Normal(1f)), pointwise = parameters.Add("pointwise", new Shape(32, 8, 1, 1), Initializer.Normal(1f));
        graph.Output("y", graph.Input("x", new Shape(2, 8, 16, 16)).Conv2d(graph.Use(wide), null, 1, 1).Conv2d(graph.Use(pointwise)));
        Assert.That(WeightReads(Plan()), Is.EquivalentTo(new[] { (8L * 8 * 9 * 4, false), (32L * 8 * 4, false) }), "of a frozen network");
        parameters.AccumulateGradients(graph.Constant<float>("gradients", new Shape((int)parameters.PaddedCount), new float[parameters.PaddedCount]), graph.Scalars.Declare("is_first"), 1f);
        ExecutionPlan plan = Plan();
        Assert.That(plan.AllCommands.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name), Has.Some.StartsWith("pack_convolution_weights"));
        Assert.That(WeightReads(plan), Is.EquivalentTo(new[] { (8L * 8 * 9 * 2, true), (32L * 8 * 2, true) }), "of one that is trained, though another plan updates it");
        ExecutionPlan Plan() => Planner.Plan(graph, s_device, new PlannerOptions { Precision = Precision.Float16 });
    }

    // Bytes of every read of a matrix of weights by something else than an update, and whether of a copy.
    private static (long Bytes, bool IsCopy)[] WeightReads(ExecutionPlan plan) => plan.AllCommands.OfType<DispatchStep>()
        .Where(step => step.Accesses.All(access => access.Access == KernelAccess.Read || plan.Buffers[access.Range.Buffer].Kind is PlanBufferKind.Arena or PlanBufferKind.Prepared))
        // A binding that stands for nothing repeats another.
        .SelectMany(step => step.Accesses.Distinct()).Where(access => plan.Buffers[access.Range.Buffer].Persistent is { } buffer && (buffer.HoldsWeights || buffer.Original is not null) && access.Range.SizeBytes > 256)
        .Select(access => (access.Range.SizeBytes, plan.Buffers[access.Range.Buffer].Persistent!.Original is not null)).ToArray();

    private sealed class Net
    {
        public Net(int width, int hidden, int bias = 0, string optimizer = "adamw")
        {
            Parameter first = Parameters.Add("first", new Shape(hidden, width), Initializer.Normal(1f)), second = Parameters.Add("second", new Shape(width, hidden), Initializer.Normal(1f));
            // Declared last, it lies first.
            if (bias > 0) Parameters.Add("bias", new Shape(bias), Initializer.Zeros);
            Tensor x = Graph.Input("x", new Shape(32, width)), y = x.Linear(Graph.Use(first)).Gelu().Linear(Graph.Use(second));
            Tensor loss = y.Square().MeanAll();
            var wanted = new List<Tensor> { Graph.Use(first), Graph.Use(second), x };
            IReadOnlyList<Tensor> gradients = Gradients.Of(loss, wanted);
            Graph.Output("of x", gradients[2]);
            Tensor packed = Parameters.PackGradients(bias > 0 ? [gradients[0], gradients[1], Graph.Constant<float>("none", new Shape(bias), new float[bias])] : [gradients[0], gradients[1]]);
            Tensor norm = packed.GlobalNorm();
            StepGuardOp guard = Graph.GuardStep(StepCounters.Buffer("counters"), norm);
            StepScalar rate = Graph.Scalars.Declare("rate");
            if (optimizer == "sgd") Parameters.UpdateBySgd(packed, norm, guard, rate);
            else if (optimizer == "lamb") Parameters.UpdateByLamb(packed, norm, guard, rate);
            else Parameters.UpdateByAdamW(packed, norm, guard, rate, new AdamWOptions { AverageDecay = optimizer == "average" ? 0.9 : null });
        }

        public TensorGraph Graph { get; } = new();

        public ParameterSet Parameters { get; } = new("net");

        public ExecutionPlan Plan(Precision precision, Precision? copies = null, DeviceProfile? device = null) =>
            Planner.Plan(Graph, device ?? s_device, new PlannerOptions { Precision = precision, WeightCopies = copies });
    }
}
