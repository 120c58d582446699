using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Norm;

public sealed class LayerNormTests
{
    private TensorGraph _graph = null!;

    [SetUp]
    public void Make_a_graph() => _graph = new TensorGraph();

    [Test]
    public void Result_has_the_shape_of_the_input() => Assert.That(Normalized(new Shape(2, 5, 12), 12, 12).Shape, Is.EqualTo(new Shape(2, 5, 12)));

    [Test]
    public void A_weight_of_another_length_is_refused() => Assert.That(() => Normalized(new Shape(64, 197, 768), 384, 768),
        Throws.ArgumentException.With.Message.EqualTo("layer_norm: weight must be [768] to match input [64, 197, 768], got [384]"));

    [Test]
    public void A_bias_of_another_length_is_refused() => Assert.That(() => Normalized(new Shape(3, 8), 8, 1),
        Throws.ArgumentException.With.Message.EqualTo("layer_norm: bias must be [8] to match input [3, 8], got [1]"));

    [Test]
    public void A_negative_epsilon_is_refused() => Assert.That(() => Normalized(new Shape(3, 8), 8, 8, -1f),
        Throws.ArgumentException.With.Message.Contains("epsilon must not be negative"));

    [Test]
    public void Layers_that_differ_in_epsilon_are_not_shared()
    {
        Tensor input = _graph.Input("input", new Shape(3, 8)), weight = _graph.Input("weight", new Shape(8)), bias = _graph.Input("bias", new Shape(8));
        Assert.That(input.LayerNorm(weight, bias, 1e-5f), Is.Not.SameAs(input.LayerNorm(weight, bias, 1e-6f)));
        Assert.That(input.LayerNorm(weight, bias, 1e-5f), Is.SameAs(input.LayerNorm(weight, bias, 1e-5f)));
    }

    [Test]
    public void A_frozen_layer_gets_no_parameter_gradients()
    {
        Tensor input = _graph.Input("input", new Shape(3, 8)), weight = _graph.Input("weight", new Shape(8)), bias = _graph.Input("bias", new Shape(8));
        Gradients.Of(input.LayerNorm(weight, bias).SumAll(), new[] { input });
        Assert.That(_graph.Ops, Has.None.InstanceOf<LayerNormBackwardParametersOp>().And.Some.InstanceOf<LayerNormBackwardInputOp>());
    }

    private Tensor Normalized(Shape shape, int weightLength, int biasLength, float epsilon = 1e-6f) => _graph.Input("input", shape)
        .LayerNorm(_graph.Input("weight", new Shape(weightLength)), _graph.Input("bias", new Shape(biasLength)), epsilon);
}
