using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Pool;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PoolTests
{
    private readonly Tensor _images = new TensorGraph().Input("x", new Shape(2, 3, 5, 7));

    [Test]
    public void A_kernel_larger_than_the_image_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _images.AveragePool2d(6, 1))!.Message,
            Is.EqualTo("average_pool2d: a kernel of 6 does not fit into [2, 3, 5, 7] with padding 0"));

    [Test]
    public void Padding_above_half_a_kernel_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _images.MaxPool2d(3, 1, 2))!.Message, Is.EqualTo("max_pool2d: padding must be in [0, 1] for a kernel of 3, got 2"));

    [Test]
    public void A_stride_of_zero_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _images.MaxPool2d(2, 0))!.Message, Is.EqualTo("max_pool2d: stride must be at least 1, got 0"));

    [Test]
    public void A_factor_of_zero_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _images.UpsampleNearest(0))!.Message, Is.EqualTo("upsample_nearest: factor must be at least 1, got 0"));

    [Test]
    public void Anything_but_images_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => _images.Reshape(6, 35).GlobalAveragePool())!.Message,
            Is.EqualTo("global_average_pool: input must be [batch, channels, height, width], got [6, 35]"));

    [Test]
    public void Incomplete_windows_are_left_out() => Assert.That(_images.MaxPool2d(2, 2).Shape, Is.EqualTo(new Shape(2, 3, 2, 3)));
}
