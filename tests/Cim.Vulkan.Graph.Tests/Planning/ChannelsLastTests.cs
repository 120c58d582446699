using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Planning;

/// <summary>Which images lie in memory channels last, in 16 bits.</summary>
public sealed class ChannelsLastTests
{
    private const int Pixels = 2 * 8 * 8;

    private static readonly DeviceProfile s_device = new()
    {
        Name = "GPU with matrix units",
        MaxSharedMemoryBytes = 49152,
        MaxWorkgroupInvocations = 1024,
        Features = Kernels.KernelFeatures.Float16 | Kernels.KernelFeatures.BFloat16 | Kernels.KernelFeatures.CooperativeMatrix | Kernels.KernelFeatures.VulkanMemoryModel,
        MatrixShapes = [new MatrixShape(Precision.Float16, 16, 16, 16), new MatrixShape(Precision.BFloat16, 16, 16, 16)],
    };

    [Test]
    public void Images_between_convolutions_take_half_the_room()
    {
        Assert.That(BytesOf(Chain(8, x => x.Relu()), Precision.Float32, "relu_"), Is.EqualTo(Pixels * 8 * 4));
        Assert.That(BytesOf(Chain(8, x => x.Relu()), Precision.Float16, "conv2d_"), Is.EqualTo(Pixels * 8 * 2));
        Assert.That(BytesOf(Chain(8, x => x.Relu()), Precision.Float16, "relu_"), Is.EqualTo(Pixels * 8 * 2));
    }

    [Test]
    public void They_are_not_packed_again()
    {
        // One for the input, none for the image in between.
        Assert.That(Packings(Chain(8, x => x.Relu().MaxPool2d(2, 2))), Is.EqualTo(1));
        Assert.That(Packings(Chain(6, x => x.Relu())), Is.EqualTo(2), "6 channels are no fours");
    }

    [Test]
    public void Channels_that_are_no_fours_stay_fp32() =>
        Assert.That(BytesOf(Chain(6, x => x.Relu()), Precision.Float16, "relu_"), Is.EqualTo(Pixels * 6 * 4));

    [Test]
    public void What_another_op_reads_too_stays_fp32()
    {
        TensorGraph graph = Chain(8, x => x.Relu());
        graph.Output("soft", graph.Ops.First(op => op.Name == "relu").Output.Softmax());
        Assert.That(BytesOf(graph, Precision.Float16, "conv2d_"), Is.EqualTo(Pixels * 8 * 4), "the relu's operands must lie alike");
        Assert.That(BytesOf(graph, Precision.Float16, "relu_"), Is.EqualTo(Pixels * 8 * 4));
    }

    [Test]
    public void What_is_viewed_stays_fp32()
    {
        TensorGraph graph = Chain(8, x => x.Relu());
        graph.Output("rows", graph.Ops.First(op => op.Name == "relu").Output.Reshape(2, 8 * 64).Relu());
        Assert.That(BytesOf(graph, Precision.Float16, "relu_"), Is.EqualTo(Pixels * 8 * 4));
    }

    [Test]
    public void An_output_stays_fp32()
    {
        TensorGraph graph = Chain(8, x => x.Relu());
        graph.Output("hidden", graph.Ops.First(op => op.Name == "relu").Output);
        Assert.That(BytesOf(graph, Precision.Float16, "relu_"), Is.EqualTo(Pixels * 8 * 4));
    }

    [Test]
    public void An_operand_of_another_order_keeps_a_sum_and_all_beside_it_fp32()
    {
        TensorGraph graph = Chain(8, x => x.Relu().Add(x.Graph.Input("other", x.Shape)));
        Assert.That(BytesOf(graph, Precision.Float16, "add_"), Is.EqualTo(Pixels * 8 * 4));
        Assert.That(BytesOf(graph, Precision.Float16, "conv2d_"), Is.EqualTo(Pixels * 8 * 4));
    }

    [Test]
    public void The_sum_of_a_residual_block_keeps_its_digits_in_bf16()
    {
        Assert.That(BytesOf(Chain(8, x => x.Relu().Add(x)), Precision.Float16, "add_"), Is.EqualTo(Pixels * 8 * 2));
        Assert.That(BytesOf(Chain(8, x => x.Relu().Add(x)), Precision.BFloat16, "add_"), Is.EqualTo(Pixels * 8 * 4));
        Assert.That(BytesOf(Chain(8, x => x.Relu().Add(x)), Precision.BFloat16, "relu_"), Is.EqualTo(Pixels * 8 * 2));
    }

    [Test]
    public void A_norm_stands_between_convolutions_like_an_activation()
    {
        TensorGraph graph = Chain(8, x => x.BatchNorm(x.Graph.Input("weight", new Shape(8)), x.Graph.Input("bias", new Shape(8))).Output);
        Assert.That(BytesOf(graph, Precision.Float16, "conv2d_"), Is.EqualTo(Pixels * 8 * 2));
        Assert.That(Packings(graph), Is.EqualTo(1));
    }

    private static TensorGraph Chain(int channels, System.Func<Tensor, Tensor> between)
    {
        var graph = new TensorGraph();
        Tensor first = graph.Input("first", new Shape(channels, 3, 3, 3)), second = graph.Input("second", new Shape(4, channels, 3, 3));
        graph.Output("y", between(graph.Input("x", new Shape(2, 3, 8, 8)).Conv2d(first, padding: 1)).Conv2d(second, padding: 1));
        return graph;
    }

    private static int Packings(TensorGraph graph) =>
        Plan(graph, Precision.Float16).Steps.OfType<DispatchStep>().Count(step => step.Call.Kernel.Name.StartsWith("pack_channels_last", System.StringComparison.Ordinal));

    private static long BytesOf(TensorGraph graph, Precision precision, string name) =>
        Plan(graph, precision).Memory.ArenaTensors.First(tensor => tensor.Name.StartsWith(name, System.StringComparison.Ordinal) && !tensor.Name.Contains("scratch")).Range.SizeBytes;

    private static ExecutionPlan Plan(TensorGraph graph, Precision precision) => Planner.Plan(graph, s_device, new PlannerOptions { Precision = precision });
}
