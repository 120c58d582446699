using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Patch;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PatchTests
{
    private readonly TensorGraph _graph = new();

    private Tensor Input(params int[] lengths) => _graph.Input($"x{_graph.Inputs.Count}", new Shape(lengths));

    [Test]
    public void A_patch_size_that_does_not_divide_the_image_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(2, 3, 32, 30).Patchify(16))!.Message,
            Is.EqualTo("patchify: patch size 16 must divide height and width of [2, 3, 32, 30]"));

    [Test]
    public void Patches_of_another_size_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(2, 4, 700).Unpatchify(16, 3, 32, 32))!.Message,
            Is.EqualTo("unpatchify: input must be [2, 4, 768], got [2, 4, 700]"));

    [Test]
    public void Channels_that_do_not_fill_blocks_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(1, 6, 4, 4).PixelShuffle(2))!.Message,
            Is.EqualTo("pixel_shuffle: factor 2 squared must divide the channels of [1, 6, 4, 4]"));

    [Test]
    public void Images_that_do_not_divide_into_blocks_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(1, 6, 4, 5).PixelUnshuffle(2))!.Message,
            Is.EqualTo("pixel_unshuffle: factor 2 must divide height and width of [1, 6, 4, 5]"));

    [Test]
    public void One_value_a_channel_is_asked_for() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Input(1, 3, 4, 4).NormalizeChannels(new[] { 0.5f }, new[] { 0.5f }))!.Message,
            Is.EqualTo("normalize_channels: input [1, 3, 4, 4] needs 3 means and deviations, got 1 and 1"));
}
