using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Gather;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OneHotTests
{
    private readonly TensorGraph _graph = new();

    private Tensor Integers(params int[] lengths) => _graph.Input($"i{_graph.Inputs.Count}", new Shape(lengths), ElementType.Int32);

    [Test]
    public void Classes_come_last_or_behind_the_batch()
    {
        Tensor indices = Integers(2, 3, 5);
        Assert.That(indices.OneHot(7).Shape, Is.EqualTo(new Shape(2, 3, 5, 7)));
        Assert.That(indices.OneHotChannels(7).Shape, Is.EqualTo(new Shape(2, 7, 3, 5)));
    }

    [Test]
    public void No_classes_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Integers(4).OneHot(0))!.Message, Is.EqualTo("one_hot: classes must be at least 1, got 0"));

    [Test]
    public void A_bias_that_does_not_match_the_weight_is_refused()
    {
        Tensor weight = _graph.Input("weight", new Shape(8, 64)), bias = _graph.Input("bias", new Shape(64));
        Assert.That(Assert.Throws<ArgumentException>(() => Integers(2, 3, 5).EmbedChannels(weight, bias))!.Message,
            Is.EqualTo("embed_channels: bias must be [8] to match weight [8, 64], got [64]"));
    }

    [Test]
    public void Integers_of_other_shapes_are_not_compared() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Integers(2, 3).NotEqual(Integers(3, 2)))!.Message,
            Is.EqualTo("not_equal: right must be [2, 3] to match left, got [3, 2]"));
}
