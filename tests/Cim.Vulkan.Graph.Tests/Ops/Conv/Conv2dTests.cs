using NUnit.Framework;

namespace Cim.Vulkan.Graph.Tests.Ops.Conv;

public sealed class Conv2dTests
{
    [Test]
    public void Weight_must_match_the_input()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 3, 8, 8)), weight = graph.Input("weight", new Shape(5, 4, 3, 3));
        Assert.That(() => input.Conv2d(weight), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d: weight must be [out, 3, kernelHeight, kernelWidth] to match input [2, 3, 8, 8], got [5, 4, 3, 3]"));
    }

    [Test]
    public void Bias_must_match_the_weight()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(2, 3, 8, 8)), weight = graph.Input("weight", new Shape(5, 3, 3, 3));
        Assert.That(() => input.Conv2d(weight, graph.Input("bias", new Shape(3))), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d: bias must be [5] to match weight [5, 3, 3, 3], got [3]"));
    }

    [Test]
    public void Kernel_must_fit_into_the_padded_input()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(1, 3, 4, 4)), weight = graph.Input("weight", new Shape(5, 3, 7, 7));
        Assert.That(() => input.Conv2d(weight, padding: 1), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d: kernel 7 x 7 is larger than the input 4 x 4 with padding 1"));
    }

    [TestCase(3, 1, 1, 8)]
    [TestCase(3, 2, 1, 4)]
    [TestCase(7, 2, 3, 4)]
    [TestCase(4, 4, 0, 2)]
    public void Output_size_follows_kernel_stride_and_padding(int kernel, int stride, int padding, int expected)
    {
        var graph = new TensorGraph();
        Tensor output = graph.Input("input", new Shape(2, 3, 8, 8)).Conv2d(graph.Input("weight", new Shape(5, 3, kernel, kernel)), null, stride, padding);
        Assert.That(output.Shape, Is.EqualTo(new Shape(2, 5, expected, expected)));
    }

    [TestCase(1, 1, 4)]
    [TestCase(2, 2, 4)]
    [TestCase(4, 4, 4)]
    [TestCase(2, 0, 0)]
    public void Dilation_stretches_the_kernel(int dilation, int padding, int expectedGrowth)
    {
        var graph = new TensorGraph();
        Tensor output = graph.Input("input", new Shape(2, 3, 9, 8)).Conv2d(graph.Input("weight", new Shape(5, 3, 3, 3)), padding: padding, dilation: dilation);
        Assert.That(output.Shape, Is.EqualTo(new Shape(2, 5, 5 + expectedGrowth, 4 + expectedGrowth)));
    }

    [Test]
    public void Dilation_needs_a_stride_of_one()
    {
        var graph = new TensorGraph();
        Tensor input = graph.Input("input", new Shape(1, 3, 8, 8)), weight = graph.Input("weight", new Shape(5, 3, 3, 3));
        Assert.That(() => input.Conv2d(weight, stride: 2, dilation: 2), Throws.ArgumentException.With.Message.EqualTo("conv2d: a dilation of 2 needs a stride of 1, got 2"));
        Assert.That(() => input.Conv2d(weight, dilation: 0), Throws.ArgumentException.With.Message.EqualTo("conv2d: dilation must be at least 1, got 0"));
        Assert.That(() => input.Conv2d(weight, dilation: 4), Throws.ArgumentException.With.Message.EqualTo(
            "conv2d: kernel 9 x 9 is larger than the input 8 x 8 with padding 0"));
    }
}
