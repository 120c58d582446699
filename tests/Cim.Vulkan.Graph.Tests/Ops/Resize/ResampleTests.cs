using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Resize;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ResampleTests
{
    private readonly Tensor _images = new TensorGraph().Input("x", new Shape(2, 3, 5, 7));

    [Test]
    public void A_height_of_zero_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _images.UpsampleBilinear(0, 4))!.Message, Is.EqualTo("upsample_bilinear: height must be at least 1, got 0"));

    [Test]
    public void Integer_images_are_refused()
    {
        Tensor tokens = _images.Graph.Input("tokens", new Shape(1, 1, 4, 4), ElementType.Int32);
        Assert.That(Assert.Throws<ArgumentException>(() => tokens.UpsampleBicubic(8, 8))!.Message, Does.StartWith("upsample_bicubic: input must be Float32, got Int32"));
    }

    [Test]
    public void The_two_filters_are_not_one_expression() => Assert.That(_images.UpsampleBilinear(9, 9), Is.Not.SameAs(_images.UpsampleBicubic(9, 9)));
}
