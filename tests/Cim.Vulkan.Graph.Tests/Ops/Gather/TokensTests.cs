using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Gather;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TokensTests
{
    private readonly TensorGraph _graph = new();

    private Tensor Floats(params int[] lengths) => _graph.Input($"x{_graph.Inputs.Count}", new Shape(lengths));

    private Tensor Integers(params int[] lengths) => _graph.Input($"i{_graph.Inputs.Count}", new Shape(lengths), ElementType.Int32);

    [Test]
    public void Positions_of_another_batch_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Floats(2, 9, 4).GatherTokens(Integers(3, 5)))!.Message,
            Is.EqualTo("gather_tokens: positions must be [2, count], got [3, 5]"));

    [Test]
    public void More_positions_than_tokens_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Floats(2, 9, 4).GatherTokens(Integers(2, 10)))!.Message,
            Is.EqualTo("gather_tokens: 10 positions an image are more than its 9 tokens"));

    [Test]
    public void Values_that_do_not_match_positions_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Floats(2, 4, 3).ScatterTokens(Integers(2, 5), 9))!.Message,
            Is.EqualTo("scatter_tokens: values must be [2, 5, 3] to match positions [2, 5], got [2, 4, 3]"));

    [Test]
    public void A_token_of_another_width_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Floats(2, 9, 4).ReplaceTokens(Integers(2, 5), Floats(3)))!.Message,
            Is.EqualTo("replace_tokens: the replacement must be [4] or [2, 5, 4] to match input [2, 9, 4], got [3]"));

    [Test]
    public void Sampled_values_that_do_not_match_positions_are_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Integers(2, 9).ScatterIntoTokens(Integers(2, 5), Integers(2, 4)))!.Message,
            Is.EqualTo("scatter_into_tokens: values must be [2, 5] to match positions, got [2, 4]"));

    [Test]
    public void A_mask_of_fewer_tokens_than_positions_is_refused() =>
        Assert.That(Assert.Throws<ArgumentException>(() => Integers(2, 5).PositionsToMask(4))!.Message, Does.StartWith("positions_to_mask: 5 positions an image"));
}
