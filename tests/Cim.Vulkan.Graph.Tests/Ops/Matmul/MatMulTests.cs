using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Matmul;

public sealed class MatMulTests
{
    [Test]
    public void Inner_dimensions_must_be_equal()
    {
        var graph = new TensorGraph();
        Tensor left = graph.Input("left", new Shape(2, 3)), right = graph.Input("right", new Shape(4, 5));
        Assert.That(() => left.MatMul(right), Throws.ArgumentException.With.Message.EqualTo(
            "matmul: inner dimensions must be equal, got 3 of [2, 3] and 4 of [4, 5] (Nn)"));
    }

    [Test]
    public void Batch_axes_must_be_equal()
    {
        var graph = new TensorGraph();
        Tensor left = graph.Input("left", new Shape(2, 3, 4)), right = graph.Input("right", new Shape(3, 4, 5));
        Assert.That(() => left.MatMul(right), Throws.ArgumentException.With.Message.EqualTo("matmul: batch axes of [2, 3, 4] and [3, 4, 5] must be equal"));
    }

    [Test]
    public void Both_operands_transposed_is_refused()
    {
        var graph = new TensorGraph();
        Tensor left = graph.Input("left", new Shape(2, 3)), right = graph.Input("right", new Shape(4, 2));
        Assert.That(() => left.MatMul(right, transposeA: true, transposeB: true), Throws.ArgumentException.With.Message.Contains("the other way round"));
    }

    [Test]
    public void Rank_two_right_operand_serves_all_batches_in_one_launch()
    {
        var graph = new TensorGraph();
        Tensor product = graph.Input("left", new Shape(2, 3, 4)).MatMul(graph.Input("right", new Shape(4, 5)));
        graph.Output("product", product);
        Assert.That(product.Shape, Is.EqualTo(new Shape(2, 3, 5)));
        Assert.That(Kernels(graph, DeviceProfile.Minimal), Is.EqualTo(new[] { "matmul_tiled.nn.1.4" }));
    }

    [TestCase(8, 8, 8, true, "matmul_direct.nn.4")]
    [TestCase(8, 6, 8, true, "matmul_direct.nn.1")]
    [TestCase(8, 8, 6, true, "matmul_direct.nn.1")]
    [TestCase(6, 8, 8, true, "matmul_direct.nn.4")]
    [TestCase(8, 8, 8, false, "matmul_tiled.nn.4.4")]
    public void Kernel_follows_device_and_alignment(int m, int n, int k, bool isCpu, string expected)
    {
        var graph = new TensorGraph();
        graph.Output("product", graph.Input("left", new Shape(m, k)).MatMul(graph.Input("right", new Shape(k, n))));
        Assert.That(Kernels(graph, DeviceProfile.Minimal with { IsCpu = isCpu, Features = KernelFeatures.Subgroup }), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public void A_cpu_driver_whose_subgroups_cannot_shuffle_takes_the_tiled_form()
    {
        var graph = new TensorGraph();
        graph.Output("product", graph.Input("left", new Shape(8, 8)).MatMul(graph.Input("right", new Shape(8, 8))));
        Assert.That(Kernels(graph, DeviceProfile.Minimal with { IsCpu = true }), Is.EqualTo(new[] { "matmul_tiled.nn.4.4" }));
    }

    [TestCase(49, 32)]
    [TestCase(33, 24)]
    [TestCase(16, 16)]
    [TestCase(5, 8)]
    [TestCase(3, 4)]
    public void On_a_cpu_driver_few_rows_are_computed_in_vain(int m, int rows)
    {
        var graph = new TensorGraph();
        graph.Output("product", graph.Input("left", new Shape(m, 8)).MatMul(graph.Input("right", new Shape(8, 64))));
        DispatchStep launch = Planner.Plan(graph, DeviceProfile.Minimal with { IsCpu = true, SubgroupSize = 8, Features = KernelFeatures.Subgroup }).Steps.OfType<DispatchStep>().Single();
        Assert.That(launch.GroupsX, Is.EqualTo((m + rows - 1) / rows));
    }

    // Rows of a transposed left operand, and of a right operand that is not, lie apart in memory.
    [TestCase(false, false, 0, 3)]
    [TestCase(true, false, 0, 6)]
    [TestCase(false, true, 0, 1)]
    [TestCase(true, false, 25_000, 6)]
    [TestCase(true, false, 22_003, 1, Description = "it computes so slowly that it never waits for memory")]
    public void On_a_fast_cpu_driver_a_long_product_is_summed_in_rounds(bool transposeA, bool transposeB, int driver, int rounds)
    {
        const int rows = 768, inner = 3100, columns = 760;
        var graph = new TensorGraph();
        Tensor left = graph.Input("left", transposeA ? new Shape(inner, rows) : new Shape(rows, inner)), right = graph.Input("right", transposeB ? new Shape(columns, inner) : new Shape(inner, columns));
        graph.Output("product", left.MatMul(right, transposeA, transposeB));
        DeviceProfile cpu = DeviceProfile.Minimal with { IsCpu = true, SubgroupSize = 8, Features = KernelFeatures.Subgroup, DriverVersion = driver };
        DispatchStep[] launches = Planner.Plan(graph, cpu).Steps.OfType<DispatchStep>().ToArray();
        Assert.That(launches, Has.Length.EqualTo(rounds));
        Assert.That(launches.Sum(launch => launch.Flops), Is.EqualTo(2.0 * rows * inner * columns));
        Assert.That(Planner.Plan(graph, cpu with { IsCpu = false }).Steps.OfType<DispatchStep>().ToArray(), Has.Length.EqualTo(1));
    }

    [Test]
    public void The_gradient_of_a_gelu_before_a_product_takes_no_launch_of_its_own([Values] bool isCpu)
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", new Shape(2, 8, 16)), first = graph.Input("first", new Shape(32, 16)), second = graph.Input("second", new Shape(16, 32));
        Tensor loss = x.Linear(first).Gelu().Linear(second).SumAll();
        graph.Output("gradient", Gradients.Of(loss, new[] { first })[0]);
        string[] kernels = Kernels(graph, DeviceProfile.Minimal with { IsCpu = isCpu, Features = KernelFeatures.Subgroup });
        Assert.That(kernels, Has.None.StartsWith("unary_backward"));
        Assert.That(kernels.Count(name => name.StartsWith("matmul_direct", System.StringComparison.Ordinal) || name.StartsWith("matmul_tiled", System.StringComparison.Ordinal)), Is.EqualTo(3), string.Join(", ", kernels));
    }

    [TestCase(511, 1)]
    [TestCase(512, 2)]
    public void Long_inner_dimension_over_few_tiles_is_split(int k, int launches)
    {
        var graph = new TensorGraph();
        graph.Output("product", graph.Input("left", new Shape(k, 4)).MatMul(graph.Input("right", new Shape(k, 4)), transposeA: true));
        Assert.That(Kernels(graph, DeviceProfile.Minimal), Has.Length.EqualTo(launches));
    }

    [Test]
    public void Wide_tiles_need_a_device_that_can_run_them()
    {
        var graph = new TensorGraph();
        graph.Output("product", graph.Input("left", new Shape(1024, 64)).MatMul(graph.Input("right", new Shape(64, 1024))));
        DeviceProfile able = DeviceProfile.Minimal with { VendorId = 0x10DE, MaxWorkgroupInvocations = 1024, MaxSharedMemoryBytes = 49152 };
        Assert.That(Kernels(graph, able), Is.EqualTo(new[] { "matmul_tiled.nn.4.8" }));
        Assert.That(Kernels(graph, able with { MaxSharedMemoryBytes = 16384 }), Is.EqualTo(new[] { "matmul_tiled.nn.4.4" }));
    }

    [Test]
    public void Linear_names_the_bias_it_expects()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 3)), weight = graph.Input("weight", new Shape(5, 3)), bias = graph.Input("bias", new Shape(4));
        Assert.That(() => input.Linear(weight, bias), Throws.ArgumentException.With.Message.EqualTo(
            "linear: bias must be [5] to match weight [5, 3], got [4]"));
    }

    [Test]
    public void Linear_names_the_input_it_expects()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 4)), weight = graph.Input("weight", new Shape(5, 3));
        Assert.That(() => input.Linear(weight), Throws.ArgumentException.With.Message.EqualTo(
            "linear: input must be [rows, 3] to match weight [5, 3], got [2, 4]"));
    }

    private static string[] Kernels(TensorGraph graph, DeviceProfile device)
    {
        IReadOnlyList<PlanStep> steps = Planner.Plan(graph, device, new PlannerOptions()).Steps;
        return steps.OfType<DispatchStep>().Select(step => step.Call.Kernel.Name).ToArray();
    }
}
