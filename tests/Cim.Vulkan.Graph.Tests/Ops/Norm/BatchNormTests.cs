using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Norm;

public sealed class BatchNormTests
{
    [Test]
    public void Vectors_must_match_the_channels()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 3, 4, 4)), weight = graph.Input("weight", new Shape(3));
        Assert.That(() => input.BatchNorm(weight, graph.Input("bias", new Shape(4))), Throws.ArgumentException.With.Message.EqualTo(
            "batch_norm: bias must be [3] to match input [2, 3, 4, 4], got [4]"));
    }

    [Test]
    public void A_channel_of_one_element_has_no_variance()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(1, 3, 1, 1)), weight = graph.Input("weight", new Shape(3));
        Assert.That(() => input.BatchNorm(weight, weight), Throws.ArgumentException.With.Message.EqualTo(
            "batch_norm_statistics: a channel needs at least 2 elements to have a variance, got [1, 3, 1, 1]"));
    }

    [Test]
    public void Statistics_that_want_a_gradient_are_refused()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 3, 4, 4)), vector = graph.Input("vector", new Shape(3)), mean = graph.Input("mean", new Shape(3));
        Tensor output = input.BatchNorm(vector, vector, mean, vector);
        Assert.That(() => Gradients.Of(output.SumAll(), new[] { mean }), Throws.TypeOf<System.NotSupportedException>().With.Message.Contains("StopGradient"));
    }

    [Test]
    public void Given_statistics_cost_no_sums_where_only_the_input_wants_a_gradient()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 3, 4, 4)), vector = graph.Input("vector", new Shape(3));
        Gradients.Of(input.BatchNorm(vector, vector, vector, vector).SumAll(), new[] { input });
        Assert.That(graph.Ops.Select(op => op.Name), Has.None.EqualTo("batch_norm_backward_parameters"));
    }

    // 64 channels alone would leave a GPU idle.
    [TestCase(64, 64, 112)]
    [TestCase(64, 2048, 7)]
    public void Few_channels_with_many_elements_fill_a_GPU(int batch, int channels, int side)
    {
        var graph = new TensorGraph();
        graph.Output("mean", graph.Input("input", new Shape(batch, channels, side, side)).BatchNorm(
            graph.Input("weight", new Shape(channels)), graph.Input("bias", new Shape(channels))).Mean);
        ExecutionPlan plan = Planner.Plan(graph, DeviceProfile.Minimal with { MaxStorageRangeBytes = 1L << 30 });
        DispatchStep first = plan.Steps.OfType<DispatchStep>().First();
        Assert.That(first.Call.Kernel.Name, Is.EqualTo("batch_norm_statistics"));
        Assert.That(first.GroupsX * first.GroupsY * 64L, Is.AtLeast(60_000));
    }
}
