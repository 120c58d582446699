using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Attention;

public sealed class AttentionTests
{
    [Test]
    public void Width_must_divide_into_queries_keys_and_values_of_all_heads()
    {
        Tensor qkv = new TensorGraph().Input("qkv", new Shape(2, 5, 40));
        Assert.That(() => qkv.Attention(3), Throws.ArgumentException.With.Message.EqualTo(
            "attention: qkv must be [batch, tokens, 3 * 3 * headDim], got [2, 5, 40]"));
    }

    [Test]
    public void Head_dim_must_be_a_multiple_of_four()
    {
        Tensor qkv = new TensorGraph().Input("qkv", new Shape(2, 5, 36));
        Assert.That(() => qkv.Attention(2), Throws.ArgumentException.With.Message.EqualTo(
            "attention: headDim must be a multiple of 4, got 6 of qkv [2, 5, 36] with 2 heads"));
    }

    [Test]
    public void Bias_must_be_one_number_for_every_pair_of_tokens_and_head()
    {
        var graph = new TensorGraph();
        Tensor qkv = graph.Input("qkv", new Shape(2, 5, 24)), bias = graph.Input("bias", new Shape(5, 5));
        Assert.That(() => qkv.Attention(2, bias), Throws.ArgumentException.With.Message.EqualTo(
            "attention: bias must be [2, 5, 5] to match qkv [2, 5, 24] with 2 heads, got [5, 5]"));
    }

    [TestCase(32)]
    [TestCase(64)]
    [TestCase(128)]
    public void The_least_device_can_run_it(int headDim)
    {
        var graph = new TensorGraph();
        Tensor qkv = graph.Input("qkv", new Shape(2, 50, 3 * headDim));
        graph.Output("gradient", Gradients.Of(qkv.Attention(1).SumAll(), new[] { qkv })[0]);
        Assert.That(Planner.Plan(graph, DeviceProfile.Minimal, new PlannerOptions()).Steps, Is.Not.Empty);
    }

    [TestCase(24, true)]
    [TestCase(64, true)]
    [TestCase(128, true)]
    [TestCase(1024, false)]
    public void Matrix_units_attend_where_their_tiles_have_room_for_the_head(int headDim, bool isOnMatrixUnits)
    {
        var graph = new TensorGraph();
        Tensor qkv = graph.Input("qkv", new Shape(2, 50, 3 * headDim));
        graph.Output("gradient", Gradients.Of(qkv.Attention(1).SumAll(), new[] { qkv })[0]);
        DeviceProfile device = DeviceProfile.Minimal with
        {
            IsCpu = headDim > 128,
            MaxSharedMemoryBytes = 32768,
            Features = KernelFeatures.Float16 | KernelFeatures.Subgroup | KernelFeatures.CooperativeMatrix | KernelFeatures.VulkanMemoryModel,
            MatrixShapes = new[] { new MatrixShape(Precision.Float16, 16, 16, 16) },
        };
        string[] kernels = Planner.Plan(graph, device, new PlannerOptions { Precision = Precision.Float16 }).Steps.OfType<DispatchStep>()
            .Select(step => step.Call.Kernel.Name).Where(name => name.StartsWith("attention", System.StringComparison.Ordinal)).ToArray();
        Assert.That(kernels.Count(name => name.Contains("cooperative", System.StringComparison.Ordinal)), Is.EqualTo(isOnMatrixUnits ? 3 : 0), string.Join(", ", kernels));
    }
}
