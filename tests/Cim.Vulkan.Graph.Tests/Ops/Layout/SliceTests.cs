using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Layout;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SliceTests
{
    private readonly Tensor _input = new TensorGraph().Input("x", new Shape(2, 9, 4));

    [TestCase(5, 5)]
    [TestCase(-1, 3)]
    [TestCase(0, 0)]
    public void A_range_outside_the_axis_is_refused(int start, int length) =>
        Assert.That(Assert.Throws<ArgumentException>(() => _input.Slice(1, start, length))!.Message,
            Is.EqualTo($"slice: start {start} and length {length} do not fit into axis 1 of [2, 9, 4]"));

    [Test]
    public void Padding_into_too_short_an_axis_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _input.PadZero(1, 2, 10))!.Message,
            Is.EqualTo("pad_zero: axis 1 of [2, 9, 4] placed at 2 does not fit into a length of 10"));

    [Test]
    public void The_whole_axis_is_the_tensor_itself() => Assert.That(_input.Slice(-2, 0, 9), Is.SameAs(_input));

    [Test]
    public void Sixteen_bit_elements_are_refused()
    {
        Tensor half = _input.Graph.Input("half", new Shape(4, 4), ElementType.Float16);
        Assert.That(Assert.Throws<ArgumentException>(() => half.Slice(0, 1, 2))!.Message, Does.StartWith("slice: moves 32-bit elements only, got Float16"));
    }
}
