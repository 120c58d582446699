using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.ResNets;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConvolutionalHeadTests
{
    private readonly TensorGraph _graph = new();
    private readonly ParameterSet _parameters = new("enhancer");

    [Test]
    public void ResPix_predicts_the_whole_image()
    {
        var head = new ConvolutionalResPixHead(_parameters, 2048, 32);
        Assert.That(head.Forward(_graph.Input("map", new Shape(2, 2048, 7, 7))).Shape, Is.EqualTo(new Shape(2, 3, 224, 224)));
        Assert.That(_parameters["respix_head.weight"].Shape, Is.EqualTo(new Shape(3072, 2048, 1, 1)));
    }

    [TestCase(2048, 7, MapUpsampling.PixelShuffle, 4)]
    [TestCase(2048, 7, MapUpsampling.Bilinear, 1)]
    [TestCase(1024, 14, MapUpsampling.PixelShuffle, 1)]
    [TestCase(1024, 14, MapUpsampling.Bilinear, 1)]
    public void RevDet_tells_of_every_token(int channels, int mapSide, MapUpsampling upsampling, int logitsOfAPlace)
    {
        var head = new ConvolutionalRevDetHead(_parameters, channels, mapSide, 14, upsampling);
        Assert.That(head.Forward(_graph.Input("map", new Shape(2, channels, mapSide, mapSide))).Shape, Is.EqualTo(new Shape(2, 196)));
        Assert.That(_parameters["revdet_head.weight"].Shape, Is.EqualTo(new Shape(logitsOfAPlace, channels, 1, 1)));
    }

    [Test]
    public void A_grid_that_is_no_multiple_of_the_map_is_refused_in_words() =>
        Assert.That(() => new ConvolutionalRevDetHead(_parameters, 8, 8, 14), Throws.ArgumentException.With.Message.StartsWith(
            "revdet head: 14x14 tokens are no multiple of a map of 8x8; take another stage's map"));

    [Test]
    public void Both_heads_have_the_names_of_the_transformers_heads()
    {
        _ = new ConvolutionalResPixHead(_parameters, 8, 4, prefix: "enhancer.");
        _ = new ConvolutionalRevDetHead(_parameters, 8, 4, 4, prefix: "enhancer.");
        Assert.That(_parameters.Parameters.Select(parameter => parameter.Name), Is.EqualTo(new[]
        {
            "enhancer.respix_head.weight", "enhancer.respix_head.bias", "enhancer.revdet_head.weight", "enhancer.revdet_head.bias",
        }));
    }
}
