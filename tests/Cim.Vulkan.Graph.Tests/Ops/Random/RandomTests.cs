using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Random;

public sealed class RandomTests
{
    private readonly TensorGraph _graph = new();

    [Test]
    public void Two_draws_of_one_shape_are_two_ops() =>
        Assert.That(_graph.GumbelNoise(new Shape(3)), Is.Not.SameAs(_graph.GumbelNoise(new Shape(3))));

    [Test]
    public void Two_samples_of_the_same_logits_are_two_ops()
    {
        Tensor logits = _graph.Input("a", new Shape(3, 5));
        Assert.That(logits.SampleCategorical(), Is.Not.SameAs(logits.SampleCategorical()));
    }

    [Test]
    public void Samples_need_rows_of_classes() => Assert.That(() => _graph.Input("b", new Shape(2, 3, 5)).SampleCategorical(),
        Throws.ArgumentException.With.Message.EqualTo("sample_categorical: logits must be [rows, classes], got [2, 3, 5]"));

    [Test]
    public void An_empty_vocabulary_is_refused() => Assert.That(() => _graph.SampleUniformTokens(new Shape(3), 0),
        Throws.ArgumentException.With.Message.EqualTo("random_tokens: vocabulary size must be at least 1, got 0"));
}
