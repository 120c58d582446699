using System.Linq;
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

    [Test]
    public void Dropping_nothing_leaves_the_graph_as_it_is()
    {
        Tensor branch = _graph.Input("branch", new Shape(3, 5)), residual = _graph.Input("residual", new Shape(3, 5)), sum = residual.Add(branch);
        int ops = _graph.Ops.Count;
        Assert.That(branch.DropPath(0.0), Is.SameAs(branch));
        Assert.That(branch.DropPath(0.0, residual), Is.SameAs(sum));
        Assert.That(_graph.Ops, Has.Count.EqualTo(ops));
        Assert.That(_graph.NewRandomStream(), Is.EqualTo(0), "the next new stream");
    }

    [Test]
    public void Two_dropped_branches_are_two_draws_and_a_gradient_repeats_its_own()
    {
        Tensor branch = _graph.Input("branch", new Shape(3, 5));
        Tensor first = branch.DropPath(0.2), second = branch.DropPath(0.2);
        Op[] draws = _graph.Ops.Where(op => op is DropPathFactorsOp).ToArray();
        Gradients.Of(second.SumAll(), new[] { branch });
        Assert.That(second, Is.Not.SameAs(first));
        Assert.That(draws.Select(op => op.Attributes).Distinct().Count(), Is.EqualTo(2));
        Assert.That(_graph.Ops.Where(op => op is DropPathFactorsOp), Is.EqualTo(draws), "the gradient reads the same factors");
    }

    [Test]
    public void A_residual_of_another_shape_is_refused() =>
        Assert.That(() => _graph.Input("branch", new Shape(3, 5)).DropPath(0.2, _graph.Input("residual", new Shape(1, 5))),
            Throws.ArgumentException.With.Message.EqualTo("drop_path: residual must be [3, 5] to match the input, got [1, 5]"));

    [TestCase(-0.1)]
    [TestCase(1.0)]
    [TestCase(double.NaN)]
    public void A_branch_is_dropped_with_a_probability_below_1(double rate) => Assert.That(() => _graph.Input("branch", new Shape(3, 5)).DropPath(rate),
        Throws.ArgumentException.With.Message.EqualTo($"drop_path: rate must lie in [0, 1), got {rate}"));
}
