using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Layout;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConcatTests
{
    private readonly TensorGraph _graph = new();

    private Tensor Input(ElementType type, params int[] lengths) => _graph.Input($"x{_graph.Inputs.Count}", new Shape(lengths), type);

    [Test]
    public void Parts_that_differ_in_another_axis_are_refused()
    {
        Tensor first = Input(ElementType.Float32, 2, 3, 4), second = Input(ElementType.Float32, 2, 1, 5);
        Assert.That(Assert.Throws<ArgumentException>(() => first.Concat(1, second))!.Message, Is.EqualTo("concat: parts must match [2, 3, 4] but for axis 1, got [2, 1, 5]"));
    }

    [Test]
    public void Parts_of_another_type_are_refused()
    {
        Tensor first = Input(ElementType.Float32, 2, 3), second = Input(ElementType.Int32, 2, 3);
        Assert.That(Assert.Throws<ArgumentException>(() => first.Concat(0, second))!.Message, Does.StartWith("concat: every part must be Float32, got Int32"));
    }

    [Test]
    public void Lengths_add_up_along_the_axis()
    {
        Tensor joined = Input(ElementType.Float32, 2, 3, 4).Concat(-2, Input(ElementType.Float32, 2, 1, 4), Input(ElementType.Float32, 2, 5, 4));
        Assert.That(joined.Shape, Is.EqualTo(new Shape(2, 9, 4)));
    }

    [Test]
    public void One_part_alone_is_itself()
    {
        Tensor only = Input(ElementType.Float32, 2, 3);
        Assert.That(only.Concat(0), Is.SameAs(only));
    }
}
