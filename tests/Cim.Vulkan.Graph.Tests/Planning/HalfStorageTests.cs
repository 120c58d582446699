using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

/// <summary>Which tensors lie in memory in 16 bits.</summary>
public sealed class HalfStorageTests
{
    private static readonly DeviceProfile s_device = new()
    {
        Name = "GPU with matrix units",
        MaxSharedMemoryBytes = 49152,
        MaxWorkgroupInvocations = 1024,
        Features = Kernels.KernelFeatures.Float16 | Kernels.KernelFeatures.CooperativeMatrix | Kernels.KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16)],
    };

    [Test]
    public void Activations_between_products_take_half_the_room()
    {
        Assert.That(BytesOf(Mlp(width: 64, hidden: 128), Precision.Float32, "linear_"), Is.EqualTo(32 * 128 * 4));
        Assert.That(BytesOf(Mlp(width: 64, hidden: 128), Precision.Float16, "linear_"), Is.EqualTo(32 * 128 * 2));
        Assert.That(BytesOf(Mlp(width: 64, hidden: 128), Precision.Float16, "gelu_"), Is.EqualTo(32 * 128 * 2));
    }

    [Test]
    public void What_is_not_walked_by_fours_stays_fp32() =>
        Assert.That(BytesOf(Mlp(width: 64, hidden: 126), Precision.Float16, "gelu_"), Is.EqualTo(32 * 126 * 4));

    [Test]
    public void What_another_op_reads_too_stays_fp32()
    {
        TensorGraph graph = Mlp(width: 64, hidden: 128);
        Tensor gelu = graph.Ops.Single(op => op.Name == "gelu").Output;
        graph.Output("soft", gelu.Softmax());
        Assert.That(BytesOf(graph, Precision.Float16, "gelu_"), Is.EqualTo(32 * 128 * 4));
    }

    [Test]
    public void An_output_stays_fp32()
    {
        TensorGraph graph = Mlp(width: 64, hidden: 128);
        graph.Output("hidden", graph.Ops.Single(op => op.Name == "gelu").Output.Reshape(32 * 128));
        Assert.That(BytesOf(graph, Precision.Float16, "gelu_"), Is.EqualTo(32 * 128 * 4));
    }

    [TestCase(Precision.Float16)]
    [TestCase(Precision.BFloat16)]
    public void A_device_without_matrix_units_stores_the_same_in_16_bits_and_multiplies_in_fp32(Precision precision)
    {
        ExecutionPlan plan = Planner.Plan(Mlp(64, 128), s_device with { MatrixShapes = [], Features = Kernels.KernelFeatures.None }, new PlannerOptions { Precision = precision });
        Assert.That(plan.Memory.ArenaTensors.Where(tensor => tensor.Name.StartsWith("linear_", System.StringComparison.Ordinal)).Select(tensor => tensor.Range.SizeBytes), Has.Some.EqualTo(32 * 128 * 2));
        Assert.That(plan.AllCommands.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name), Has.Exactly(2).EqualTo("matmul_half_tiled.nt.4"));
    }

    private static TensorGraph Mlp(int width, int hidden)
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", new Shape(32, width));
        Tensor first = graph.Input("first", new Shape(hidden, width)), second = graph.Input("second", new Shape(width, hidden));
        graph.Output("y", x.Linear(first).Gelu().Linear(second));
        return graph;
    }

    private static long BytesOf(TensorGraph graph, Precision precision, string name) =>
        Planner.Plan(graph, s_device, new PlannerOptions { Precision = precision }).Memory.ArenaTensors.First(tensor => tensor.Name.StartsWith(name, System.StringComparison.Ordinal)).Range.SizeBytes;
}
