using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests;

public sealed class GradientsTests
{
    private readonly TensorGraph _graph = new();

    [Test]
    public void Paths_that_lead_to_no_target_get_no_backward_ops()
    {
        Tensor x = _graph.Input("x", new Shape(3)), weight = _graph.Input("weight", new Shape(3));
        Tensor loss = x.Gelu().Tanh().Multiply(weight).SumAll();
        Gradient(loss, weight);

        Assert.That(_graph.Ops.Any(op => op is UnaryBackwardOp), Is.False);
    }

    [Test]
    public void Results_that_the_loss_does_not_use_get_no_backward_ops()
    {
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor loss = x.Square().SumAll();
        x.Gelu();
        Gradient(loss, x);

        Assert.That(_graph.Ops.OfType<UnaryBackwardOp>().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Fan_out_sums_the_gradients_of_all_uses()
    {
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor y = x.Tanh();
        Tensor loss = y.Gelu().Add(y.Sigmoid()).Add(y).SumAll();
        Gradient(loss, x);
        Op backward = _graph.Ops.OfType<UnaryBackwardOp>().Last();

        Assert.That(backward.Inputs[0], Is.SameAs(y));
        Assert.That(backward.Inputs[1].Producer!.Name, Is.EqualTo("add"));
        Assert.That(backward.Inputs[1].Producer!.Inputs.Any(input => input.Producer!.Name == "add"), Is.True);
    }

    [Test]
    public void An_operand_used_twice_by_one_op_gets_both_gradients()
    {
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor gradient = Gradient(x.Multiply(x).SumAll(), x);

        Assert.That(gradient.Producer!.Name, Is.EqualTo("add"));
    }

    [Test]
    public void No_gradient_flows_through_stop_gradient()
    {
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor loss = x.Gelu().StopGradient().Multiply(x).SumAll();
        Gradient(loss, x);

        Assert.That(_graph.Ops.Any(op => op is UnaryBackwardOp), Is.False);
    }

    [Test]
    public void A_target_that_the_loss_does_not_depend_on_gets_zeros()
    {
        Tensor x = _graph.Input("x", new Shape(3)), other = _graph.Input("other", new Shape(2, 5));
        IReadOnlyList<Tensor> gradients = Graph.Gradients.Of(x.SumAll(), new[] { other, x });

        Assert.That(gradients[0].Producer, Is.TypeOf<FilledOp>());
        Assert.That(gradients[0].Shape, Is.EqualTo(other.Shape));
        Assert.That(gradients[0].Producer!.Attributes, Is.EqualTo("value=00000000"));
        Assert.That(gradients[1].Shape, Is.EqualTo(x.Shape));
    }

    [Test]
    public void A_target_behind_stop_gradient_gets_zeros()
    {
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor gradient = Gradient(x.StopGradient().Square().SumAll(), x);

        Assert.That(gradient.Producer!.Attributes, Is.EqualTo("value=00000000"));
    }

    [Test]
    public void The_loss_is_its_own_target_with_gradient_one()
    {
        Tensor loss = _graph.Input("x", new Shape(3)).SumAll();

        Assert.That(Gradient(loss, loss).Producer!.Attributes, Is.EqualTo("value=3f800000"));
    }

    [Test]
    public void Targets_between_input_and_loss_get_gradients()
    {
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor middle = x.Tanh();
        IReadOnlyList<Tensor> gradients = Graph.Gradients.Of(middle.Gelu().SumAll(), new[] { middle, x });

        Assert.That(gradients[1].Producer!.Inputs[1], Is.SameAs(gradients[0]));
    }

    [Test]
    public void Gradients_have_their_targets_shapes_whatever_was_broadcast()
    {
        Tensor x = _graph.Input("x", new Shape(2, 3, 4));
        Tensor[] targets = new[] { new Shape(), new Shape(1), new Shape(4), new Shape(3, 1), new Shape(2, 1, 4), new Shape(1, 1, 1) }
            .Select((shape, i) => _graph.Input($"b{i}", shape)).ToArray();
        Tensor sum = targets.Aggregate(x, (total, target) => total.Multiply(target).Subtract(target).Divide(target));
        IReadOnlyList<Tensor> gradients = Graph.Gradients.Of(sum.MeanAll(), targets);

        Assert.That(gradients.Select(gradient => gradient.Shape), Is.EqualTo(targets.Select(target => target.Shape)));
    }

    [Test]
    public void A_loss_of_many_elements_is_refused()
    {
        Tensor x = _graph.Input("x", new Shape(3));

        Assert.That(() => Gradient(x, x), Throws.ArgumentException.With.Message.StartsWith("gradients: the loss must have one element, got [3]"));
    }

    [Test]
    public void An_op_without_gradient_says_so_only_where_one_is_wanted()
    {
        Tensor x = _graph.Input("x", new Shape(3)), y = _graph.Input("y", new Shape(3));
        Tensor once = Gradient(x.Gelu().SumAll(), x);
        Tensor loss = once.Multiply(y).SumAll();

        Assert.That(() => Gradient(loss, y), Throws.Nothing);
        Assert.That(() => Gradient(loss, x), Throws.TypeOf<NotSupportedException>().With.Message.StartsWith("unary_backward: has no gradient"));
    }

    [Test]
    public void Integers_carry_no_gradient()
    {
        StepScalar scalar = _graph.Scalars.Declare("number");
        Tensor x = _graph.Input("x", new Shape(3));
        Tensor gradient = Gradient(x.Scale(scalar).SumAll(), x);

        Assert.That(gradient.Producer, Is.TypeOf<StepScalarScaleOp>());
    }

    private static Tensor Gradient(Tensor loss, Tensor target) => Graph.Gradients.Of(loss, new[] { target })[0];
}
