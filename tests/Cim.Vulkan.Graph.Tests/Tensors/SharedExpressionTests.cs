using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Tensors;

public sealed class SharedExpressionTests
{
    private readonly TensorGraph _graph = new();

    [Test]
    public void Equal_ops_are_one_op()
    {
        Tensor x = _graph.Input("x", new Shape(4)), y = _graph.Input("y", new Shape(4));

        Assert.That(x.Add(y), Is.SameAs(x.Add(y)));
        Assert.That(x.Add(y), Is.Not.SameAs(y.Add(x)));
        Assert.That(x.Reshape(2, 2), Is.SameAs(x.Reshape(2, 2)));
        Assert.That(x.Reshape(2, 2), Is.Not.SameAs(x.Reshape(4, 1)));
        Assert.That(_graph.Filled(new Shape(2), 0f), Is.Not.SameAs(_graph.Filled(new Shape(2), -0f)));
        Assert.That(_graph.Filled(new Shape(2), 0f), Is.Not.SameAs(_graph.Filled(new Shape(3), 0f)));
    }

    [Test]
    public void Equal_chains_are_one_chain()
    {
        Tensor x = _graph.Input("x", new Shape(4));
        Tensor first = x.Gelu().Scale(2f).SumAll();
        int count = _graph.Ops.Count;

        Assert.That(x.Gelu().Scale(2f).SumAll(), Is.SameAs(first));
        Assert.That(_graph.Ops, Has.Count.EqualTo(count));
    }

    [Test]
    public void A_read_after_an_update_is_another_value()
    {
        Tensor state = State("state");
        Tensor before = state.Scale(2f);
        Update(state);
        Tensor after = state.Scale(2f);

        Assert.That(after, Is.Not.SameAs(before));
        Assert.That(state.Scale(2f), Is.SameAs(after));
    }

    [Test]
    public void A_view_read_after_an_update_is_another_value()
    {
        Tensor state = State("state");
        Tensor view = state.Reshape(2, 2).StopGradient();
        Tensor before = view.Scale(2f);
        Update(state);

        Assert.That(view.Scale(2f), Is.Not.SameAs(before));
    }

    [Test]
    public void An_update_of_one_buffer_leaves_reads_of_others_shared()
    {
        Tensor state = State("state"), other = State("other");
        Tensor before = other.Scale(2f);
        Update(state);

        Assert.That(other.Scale(2f), Is.SameAs(before));
    }

    [Test]
    public void Updates_are_never_shared()
    {
        Tensor state = State("state");
        Update(state);
        Update(state);

        Assert.That(_graph.Ops.OfType<PackOp>().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Tensors_of_another_graph_are_refused()
    {
        Tensor mine = _graph.Input("x", new Shape(4)), foreign = new TensorGraph().Input("y", new Shape(4));

        Assert.That(() => mine.Add(foreign), Throws.ArgumentException.With.Message.Contains("belongs to another graph"));
    }

    [Test]
    public void Names_of_inputs_and_outputs_are_unique()
    {
        Tensor x = _graph.Input("x", new Shape(4));
        _graph.Output("y", x);

        Assert.That(() => _graph.Input("x", new Shape(4)), Throws.ArgumentException);
        Assert.That(() => _graph.Output("y", x), Throws.ArgumentException);
    }

    private Tensor State(string name) => _graph.Persistent(name, new PersistentBuffer(name, 16), 0, new Shape(4));

    private void Update(Tensor state) =>
        _graph.Add(new PackOp(new List<Tensor> { _graph.Filled(new Shape(4), 1f) }, state, new List<long> { 0 }));
}
