using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Softmax;

public sealed class SoftmaxTests
{
    private readonly TensorGraph _graph = new();

    [Test]
    public void An_axis_that_is_not_there_is_refused() => Assert.That(() => _graph.Input("a", new Shape(3, 5)).Softmax(axis: 2),
        Throws.ArgumentException.With.Message.EqualTo("softmax: axis must be within [-2, 2) for input [3, 5], got 2"));

    [Test]
    public void Integers_are_refused() => Assert.That(() => _graph.Input("b", new Shape(3, 5), ElementType.Int32).LogSoftmax(),
        Throws.ArgumentException.With.Message.EqualTo("log_softmax: operands must be Float32, got Int32 for b [3, 5]"));

    [Test]
    public void The_same_axis_counted_from_either_end_is_one_op()
    {
        Tensor input = _graph.Input("c", new Shape(3, 5));
        Assert.That(input.Softmax(axis: 1), Is.SameAs(input.Softmax(axis: -1)));
    }

    [Test]
    public void Arg_max_drops_its_axis() => Assert.That(_graph.Input("d", new Shape(2, 3, 5)).ArgMax(axis: 1).Shape, Is.EqualTo(new Shape(2, 5)));

    [Test]
    public void Arg_max_over_channels_gives_one_row_of_tokens_an_image()
    {
        Tensor tokens = _graph.Input("e", new Shape(2, 256, 4, 5)).ArgMaxChannels();
        Assert.That(tokens.Shape, Is.EqualTo(new Shape(2, 20)));
        Assert.That(tokens.ElementType, Is.EqualTo(ElementType.Int32));
    }

    [Test]
    public void Arg_max_over_channels_needs_a_grid() => Assert.That(() => _graph.Input("f", new Shape(2, 256)).ArgMaxChannels(),
        Throws.ArgumentException.With.Message.StartsWith("arg_max: input must be [batch, vocabularySize, height, width], got [2, 256]"));
}
