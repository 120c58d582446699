using System;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Loss;

public sealed class LossTests
{
    private TensorGraph _graph = null!;

    [SetUp]
    public void Make_a_graph() => _graph = new TensorGraph();

    [Test]
    public void Cross_entropy_needs_one_target_a_row() => Assert.That(() => Floats(7, 10).CrossEntropy(Tokens(8)),
        Throws.ArgumentException.With.Message.EqualTo("cross_entropy: targets must be [7] to match logits [7, 10], got [8]"));

    [Test]
    public void Cross_entropy_needs_rows_of_classes() => Assert.That(() => Floats(2, 7, 10).CrossEntropy(Tokens(14)),
        Throws.ArgumentException.With.Message.EqualTo("cross_entropy: logits must be [rows, classes], got [2, 7, 10]"));

    [Test]
    public void Cross_entropy_needs_integer_targets() => Assert.That(() => Floats(7, 10).CrossEntropy(Floats(7)),
        Throws.ArgumentException.With.Message.EqualTo("cross_entropy: targets must be Int32, got Float32"));

    [TestCase(-0.1f)]
    [TestCase(1f)]
    [TestCase(float.NaN)]
    public void Labels_are_smoothed_by_a_share(float smoothing) => Assert.That(() => Floats(7, 10).CrossEntropy(Tokens(7), smoothing),
        Throws.ArgumentException.With.Message.EqualTo($"cross_entropy: label smoothing must lie in [0, 1), got {smoothing}"));

    [Test]
    public void Losses_with_and_without_smoothing_are_two_ops()
    {
        Tensor logits = Floats(7, 10), targets = Tokens(7);
        Assert.That(logits.CrossEntropyRows(targets, 0.1f), Is.Not.SameAs(logits.CrossEntropyRows(targets)));
    }

    [Test]
    public void Binary_cross_entropy_does_not_broadcast() => Assert.That(() => Floats(7, 196).BinaryCrossEntropyWithLogits(Floats(196)),
        Throws.ArgumentException.With.Message.EqualTo("binary_cross_entropy: targets must be [7, 196] to match logits, got [196]"));

    [Test]
    public void Binary_cross_entropy_has_no_gradient_for_its_targets()
    {
        Tensor targets = Floats(3);
        Tensor loss = Floats(3).BinaryCrossEntropyWithLogits(targets);
        Assert.That(() => Gradients.Of(loss, new[] { targets }), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("StopGradient()"));
    }

    [Test]
    public void Distances_do_not_broadcast()
    {
        Assert.That(() => Floats(4, 3).L1Loss(Floats(3)), Throws.ArgumentException.With.Message.StartsWith("l1_loss: the target must be [4, 3]"));
        Assert.That(() => Floats(4, 3).L2Loss(Floats(4, 1)), Throws.ArgumentException.With.Message.StartsWith("l2_loss: the target must be [4, 3]"));
    }

    [Test]
    public void Logit_laplace_needs_two_statistics_a_channel() => Assert.That(() => Floats(2, 3, 8, 8).LogitLaplaceLoss(Floats(2, 3, 8, 8)),
        Throws.ArgumentException.With.Message.EqualTo("logit_laplace: statistics must be [2, 6, 8, 8] to match images [2, 3, 8, 8], got [2, 3, 8, 8]"));

    [Test]
    public void A_mean_image_has_half_the_channels() => Assert.That(Floats(2, 6, 8, 9).LaplaceMeanImage().Shape, Is.EqualTo(new Shape(2, 3, 8, 9)));

    [Test]
    public void Losses_are_single_numbers()
    {
        var one = new Shape(1);
        Assert.That(Floats(7, 10).CrossEntropy(Tokens(7)).Shape, Is.EqualTo(one));
        Assert.That(Floats(7, 10).Accuracy(Tokens(7)).Shape, Is.EqualTo(one));
        Assert.That(Floats(2, 3).BinaryCrossEntropyWithLogits(Floats(2, 3)).Shape, Is.EqualTo(one));
        Assert.That(Floats(2, 3).L1Loss(Floats(2, 3)).Shape, Is.EqualTo(one));
        Assert.That(Floats(2, 6, 4, 4).LogitLaplaceLoss(Floats(2, 3, 4, 4)).Shape, Is.EqualTo(one));
        Assert.That(Floats(2, 16, 4, 4).KlToUniform().Shape, Is.EqualTo(one));
        Assert.That(Floats(2, 16, 4, 4).CodeUsageEntropy().Shape, Is.EqualTo(one));
    }

    [Test]
    public void Code_usage_needs_a_grid_of_logits() => Assert.That(() => Floats(2, 16).CodeUsageEntropy(),
        Throws.ArgumentException.With.Message.StartsWith("code_usage_entropy: logits must be [batch, vocabularySize, height, width], got [2, 16]"));

    private Tensor Floats(params int[] shape) => _graph.Input($"floats_{_graph.Inputs.Count}", new Shape(shape));

    private Tensor Tokens(params int[] shape) => _graph.Input($"tokens_{_graph.Inputs.Count}", new Shape(shape), ElementType.Int32);
}
