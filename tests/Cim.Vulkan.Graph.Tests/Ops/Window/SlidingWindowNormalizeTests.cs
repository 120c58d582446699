using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Window;

public sealed class SlidingWindowNormalizeTests
{
    private readonly TensorGraph _graph = new();

    [TestCase(15, 8, 8)]
    [TestCase(2, 2, 8)]
    public void A_window_that_the_border_can_reflect_is_taken(int window, int height, int width) =>
        Assert.That(Images(height, width).SlidingWindowNormalize(window).Shape, Is.EqualTo(new Shape(2, 3, height, width)));

    [Test]
    public void A_window_that_reaches_past_the_other_border_is_refused() => Assert.That(() => Images(8, 9).SlidingWindowNormalize(16),
        Throws.ArgumentException.With.Message.EqualTo(
            "sliding_window_normalize: window 16 reflects 8 pixels at the border, too many for images [2, 3, 8, 9]"));

    [Test]
    public void An_empty_window_is_refused() =>
        Assert.That(() => Images(8, 8).SlidingWindowNormalize(0), Throws.ArgumentException.With.Message.Contains("window must be at least 1, got 0"));

    [Test]
    public void Epsilon_must_keep_the_division_safe() =>
        Assert.That(() => Images(8, 8).SlidingWindowNormalize(8, 0f), Throws.ArgumentException.With.Message.Contains("epsilon must be above 0"));

    private Tensor Images(int height, int width) => _graph.Input($"images_{_graph.Inputs.Count}", new Shape(2, 3, height, width));
}
