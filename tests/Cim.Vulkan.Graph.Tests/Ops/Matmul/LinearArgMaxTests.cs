using Cim.Vulkan.Kernels;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Matmul;

public sealed class LinearArgMaxTests
{
    private readonly TensorGraph _graph = new();

    [Test]
    public void It_drops_the_last_axis_of_rows()
    {
        Tensor classes = _graph.Input("a", new Shape(2, 3, 5)).LinearArgMax(_graph.Input("w", new Shape(7, 5)));
        Assert.That(classes.Shape, Is.EqualTo(new Shape(2, 3)));
        Assert.That(classes.ElementType, Is.EqualTo(ElementType.Int32));
    }

    [Test]
    public void Over_channels_it_gives_one_row_of_tokens_an_image() =>
        Assert.That(_graph.Input("b", new Shape(2, 5, 4, 3)).LinearArgMaxChannels(_graph.Input("w", new Shape(7, 5))).Shape, Is.EqualTo(new Shape(2, 12)));

    [Test]
    public void A_weight_of_another_width_is_refused() => Assert.That(() => _graph.Input("c", new Shape(2, 3, 5)).LinearArgMax(_graph.Input("w", new Shape(7, 4))),
        Throws.ArgumentException.With.Message.EqualTo("linear_arg_max: input must be [rows, 4] or [batch, 4, positions] to match weight [7, 4], got [6, 5]"));

    [Test]
    public void A_bias_of_another_length_is_refused() =>
        Assert.That(() => _graph.Input("d", new Shape(3, 5)).LinearArgMax(_graph.Input("w", new Shape(7, 5)), _graph.Input("e", new Shape(5))),
            Throws.ArgumentException.With.Message.EqualTo("linear_arg_max: bias must be [7] to match weight [7, 5], got [5]"));

    [Test]
    public void Channels_need_a_grid() => Assert.That(() => _graph.Input("f", new Shape(2, 5, 4)).LinearArgMaxChannels(_graph.Input("w", new Shape(7, 5))),
        Throws.ArgumentException.With.Message.StartsWith("linear_arg_max: input must be [batch, in, height, width], got [2, 5, 4]"));

    [Test]
    public void The_logits_of_a_large_vocabulary_never_lie_in_memory([Values] bool isCpu)
    {
        Tensor features = _graph.Input("g", new Shape(8, 16, 14, 14));
        _graph.Output("tokens", features.LinearArgMaxChannels(_graph.Input("w", new Shape(8192, 16)), _graph.Input("h", new Shape(8192))));
        DeviceProfile profile = DeviceProfile.Minimal with { IsCpu = isCpu, Features = KernelFeatures.Subgroup, MaxStorageRangeBytes = 1L << 30 };
        long logitsBytes = 8L * 8192 * 14 * 14 * 4;
        Assert.That(Planner.Plan(_graph, profile).Memory.ArenaBytes, Is.LessThan(logitsBytes / 10));
    }
}
