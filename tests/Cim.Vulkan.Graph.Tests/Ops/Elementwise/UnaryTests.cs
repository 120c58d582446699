using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Elementwise;

public sealed class UnaryTests
{
    [Test]
    public void Functions_refuse_integers_in_words()
    {
        Tensor tokens = new TensorGraph().Input("tokens", new Shape(4), ElementType.Int32);

        Assert.That(() => tokens.Gelu(), Throws.ArgumentException.With.Message.EqualTo("gelu: input must be Float32, got Int32 for tokens [4]"));
        Assert.That(() => tokens.Add(tokens), Throws.ArgumentException.With.Message.EqualTo("add: operands must be Float32, got Int32 for tokens [4]"));
    }

    [Test]
    public void Clamp_refuses_an_empty_range()
    {
        Tensor input = new TensorGraph().Input("x", new Shape(4));

        Assert.That(() => input.Clamp(2f, 1f), Throws.ArgumentException.With.Message.EqualTo("clamp: the minimum 2 must not be above the maximum 1"));
        Assert.That(() => input.Clamp(float.NaN, 1f), Throws.ArgumentException);
    }

    [Test]
    public void Scaling_by_one_adds_no_op()
    {
        Tensor input = new TensorGraph().Input("x", new Shape(4));

        Assert.That(input.Scale(1f), Is.SameAs(input));
        Assert.That(input.Graph.Ops, Is.Empty);
    }

    [Test]
    public void Constants_tell_functions_apart()
    {
        Tensor input = new TensorGraph().Input("x", new Shape(4));

        Assert.That(input.Scale(2f), Is.Not.SameAs(input.Scale(3f)));
        Assert.That(input.Scale(2f, 0f), Is.Not.SameAs(input.Scale(2f, -0f)));
        Assert.That(input.Clamp(0f, 1f), Is.Not.SameAs(input.Clamp(0f, 2f)));
        Assert.That(input.Scale(2f), Is.SameAs(input.Scale(2f)));
        Assert.That(input.Relu(), Is.Not.SameAs(input.Sigmoid()));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Backward_keeps_only_what_it_reads(bool needsOutputOnly)
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("x", new Shape(64)).Scale(2f);
        Tensor output = needsOutputOnly ? input.Relu() : input.Gelu();
        Tensor gradient = Graph.Gradients.Of(output.SumAll(), new[] { input })[0];

        Assert.That(gradient.Producer!.Inputs.Contains(output), Is.EqualTo(needsOutputOnly));
        Assert.That(gradient.Producer!.Inputs.Contains(input), Is.EqualTo(!needsOutputOnly));
    }

    [Test]
    public void Step_scalars_tell_scalings_apart()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("x", new Shape(4));
        StepScalar first = graph.Scalars.Declare("first"), second = graph.Scalars.Declare("second");

        Assert.That(input.Scale(first), Is.Not.SameAs(input.Scale(second)));
        Assert.That(input.Scale(first), Is.Not.SameAs(input.DivideBy(first)));
    }
}
