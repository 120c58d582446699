using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

public sealed class ArenaTests
{
    [Test]
    public void Random_graphs_need_little_more_than_what_lives_at_once([Range(1, 12)] int seed)
    {
        ExecutionPlan plan = Planner.Plan(Graphs.Random(seed, opCount: 200), DeviceProfile.Minimal);

        Assert.That(plan.Memory.ArenaBytes, Is.GreaterThanOrEqualTo(plan.Memory.PeakLiveBytes));
        Assert.That((double)plan.Memory.ArenaBytes / plan.Memory.PeakLiveBytes, Is.LessThanOrEqualTo(1.15));
    }

    [Test]
    public void Tensors_that_live_at_once_share_no_byte_and_keep_their_guards([Range(1, 4)] int seed, [Values(0, 4, 512)] int guardBytes)
    {
        ExecutionPlan plan = Planner.Plan(Graphs.Random(seed, opCount: 150), DeviceProfile.Minimal, new PlannerOptions { GuardBytes = guardBytes });
        ArenaTensor[] tensors = plan.Memory.ArenaTensors.ToArray();
        for (int i = 0; i < tensors.Length; i++)
        {
            PlanRange guarded = tensors[i].Range with { SizeBytes = tensors[i].Range.SizeBytes + guardBytes };
            Assert.That(guarded.OffsetBytes + guarded.SizeBytes, Is.LessThanOrEqualTo(plan.Buffers[guarded.Buffer].SizeBytes));
            Assert.That(guarded.OffsetBytes % 256, Is.Zero);
            for (int j = 0; j < tensors.Length; j++)
            {
                bool together = i != j && tensors[i].FirstStep <= tensors[j].LastStep && tensors[j].FirstStep <= tensors[i].LastStep;
                if (together) Assert.That(guarded.Overlaps(tensors[j].Range), Is.False, $"{tensors[i]} and {tensors[j]}");
            }
        }
    }

    [Test]
    public void Without_reuse_every_tensor_has_bytes_of_its_own()
    {
        ExecutionPlan plan = Planner.Plan(Graphs.Random(1, opCount: 60), DeviceProfile.Minimal, new PlannerOptions { ReuseMemory = false });
        PlanRange[] ranges = plan.Memory.ArenaTensors.Select(tensor => tensor.Range).ToArray();

        Assert.That(ranges.Where((range, i) => ranges.Skip(i + 1).Any(range.Overlaps)), Is.Empty);
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void Outputs_keep_their_bytes_to_the_end()
    {
        var graph = new TensorGraph();
        Tensor early = graph.Input("x", new Shape(64)).Gelu();
        Tensor late = Enumerable.Range(0, 20).Aggregate(early, (tensor, i) => tensor.Scale(2f, i));
        graph.Output("early", early);
        graph.Output("late", late);
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal);
        PlanRange kept = plan.Outputs[0].Range;
        PlanAccess[] writes = plan.Steps.Skip(1).SelectMany(step => step.Accesses).Where(access => access.Access != Kernels.KernelAccess.Read).ToArray();

        Assert.That(writes.Any(write => write.Range.Overlaps(kept)), Is.False);
        Assert.That(plan.Memory.ArenaBytes, Is.EqualTo(3 * 256));
    }

    [Test]
    public void A_device_with_small_buffers_gets_several()
    {
        DeviceProfile device = DeviceProfile.Minimal with { MaxBufferBytes = 10240 };
        ExecutionPlan plan = Planner.Plan(Graphs.Random(3, opCount: 100), device);
        PlanBuffer[] arenas = plan.Buffers.Where(buffer => buffer.Kind == PlanBufferKind.Arena).ToArray();

        Assert.That(arenas, Has.Length.GreaterThan(1));
        Assert.That(arenas.Select(buffer => buffer.SizeBytes), Has.All.LessThanOrEqualTo(10240));
        Assert.That(HazardChecker.Check(plan), Is.Empty);
    }

    [Test]
    public void A_tensor_larger_than_any_buffer_is_refused_in_words()
    {
        var graph = new TensorGraph();
        graph.Output("y", graph.Input("x", new Shape(100)).Gelu());

        Assert.That(() => Planner.Plan(graph, DeviceProfile.Minimal with { MaxBufferBytes = 256 }),
            Throws.TypeOf<PlanException>().With.Message.Contains("but the largest buffer of"));
    }
}
