using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Layout;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PermuteTests
{
    private readonly TensorGraph _graph = new();

    private Tensor Input(params int[] lengths) => _graph.Input($"x{_graph.Inputs.Count}", new Shape(lengths));

    [Test]
    public void An_order_that_is_no_permutation_is_refused()
    {
        ArgumentException? error = Assert.Throws<ArgumentException>(() => Input(2, 3, 4).Permute(0, 1, 1));
        Assert.That(error!.Message, Is.EqualTo("permute: order must name each of the 3 axes of [2, 3, 4] once, got [0, 1, 1]"));
    }

    [Test]
    public void An_order_for_another_rank_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(2, 3).Permute(0, 1, 2))!.Message, Does.StartWith("permute: order must name each of the 2 axes"));

    [Test]
    public void More_than_six_separate_axes_are_refused() =>
        Assert.That(Assert.Throws<NotSupportedException>(() => Input(2, 2, 2, 2, 2, 2, 2).Permute(6, 5, 4, 3, 2, 1, 0))!.Message, Does.Contain("leaves 7 separate axes"));

    [Test]
    public void An_axis_outside_the_rank_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(2, 3).Transpose(0, 2))!.Message, Is.EqualTo("transpose: axis must be in [-2, 2) for input [2, 3], got 2"));

    [Test]
    public void Moving_an_axis_of_length_one_is_a_view() => Assert.That(Input(5, 1, 7).Permute(1, 0, 2).Producer, Is.TypeOf<ReshapeOp>());

    [Test]
    public void Negative_axes_count_from_the_innermost()
    {
        Tensor x = Input(2, 3, 5);
        Assert.That(x.Permute(0, -1, -2), Is.SameAs(x.Permute(0, 2, 1)));
    }
}
