using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.DiscreteVae;

public sealed class DiscreteVaeTests
{
    private static readonly DiscreteVaeOptions s_small = new() { GroupCount = 3, HiddenWidth = 8, InitWidth = 12, VocabularySize = 32 };

    [Test]
    public void Full_encoder_has_as_many_parameters_as_DALL_E()
    {
        var parameters = new ParameterSet("tokenizer");
        _ = new DiscreteVaeEncoder(parameters, new DiscreteVaeOptions());
        Assert.That(parameters.Count, Is.EqualTo(53_786_240));
    }

    [Test]
    public void Full_decoder_has_as_many_parameters_as_DALL_E()
    {
        var parameters = new ParameterSet("tokenizer");
        _ = new DiscreteVaeDecoder(parameters, new DiscreteVaeOptions());
        Assert.That(parameters.Count, Is.EqualTo(43_829_766));
    }

    [Test]
    public void Names_and_shapes_are_those_of_DALL_E()
    {
        var parameters = new ParameterSet("tokenizer");
        _ = new Models.DiscreteVae(parameters, new DiscreteVaeOptions());
        Assert.Multiple(() =>
        {
            Assert.That(parameters["encoder.blocks.input.w"].Shape, Is.EqualTo(new Shape(256, 3, 7, 7)));
            Assert.That(parameters["encoder.blocks.group_1.block_1.res_path.conv_1.w"].Shape, Is.EqualTo(new Shape(64, 256, 3, 3)));
            Assert.That(parameters["encoder.blocks.group_4.block_2.res_path.conv_4.w"].Shape, Is.EqualTo(new Shape(2048, 512, 1, 1)));
            Assert.That(parameters["encoder.blocks.output.conv.b"].Shape, Is.EqualTo(new Shape(8192)));
            Assert.That(parameters["decoder.blocks.input.w"].Shape, Is.EqualTo(new Shape(128, 8192, 1, 1)));
            Assert.That(parameters["decoder.blocks.group_1.block_1.res_path.conv_1.w"].Shape, Is.EqualTo(new Shape(512, 128, 1, 1)));
            Assert.That(parameters["decoder.blocks.group_4.block_2.res_path.conv_4.w"].Shape, Is.EqualTo(new Shape(256, 64, 3, 3)));
            Assert.That(parameters["decoder.blocks.output.conv.w"].Shape, Is.EqualTo(new Shape(6, 256, 1, 1)));
        });
    }

    [Test]
    public void Identity_paths_are_where_the_channels_change()
    {
        var parameters = new ParameterSet("tokenizer");
        _ = new Models.DiscreteVae(parameters, new DiscreteVaeOptions());
        IEnumerable<string> weights = parameters.Parameters.Select(parameter => parameter.Name)
            .Where(name => name.EndsWith("id_path.w", StringComparison.Ordinal));
        Assert.That(weights, Is.EqualTo(new[]
        {
            "encoder.blocks.group_2.block_1.id_path.w", "encoder.blocks.group_3.block_1.id_path.w", "encoder.blocks.group_4.block_1.id_path.w",
            "decoder.blocks.group_1.block_1.id_path.w", "decoder.blocks.group_2.block_1.id_path.w", "decoder.blocks.group_3.block_1.id_path.w",
            "decoder.blocks.group_4.block_1.id_path.w",
        }));
    }

    [Test]
    public void Gain_and_downsampling_follow_the_groups()
    {
        Assert.That(new DiscreteVaeOptions().PostGain, Is.EqualTo(0.015625f));
        Assert.That(new DiscreteVaeOptions().Downsampling, Is.EqualTo(8));
        Assert.That(s_small.Downsampling, Is.EqualTo(4));
    }

    [Test]
    public void Weights_start_with_the_deviation_of_their_fan_in()
    {
        var parameters = new ParameterSet("tokenizer");
        _ = new DiscreteVaeEncoder(parameters, s_small with { InputChannels = 4 });
        Assert.That(parameters["blocks.input.w"].Initializer.Description, Is.EqualTo(Initializer.Normal(1f / 14f).Description));
        Assert.That(parameters["blocks.input.b"].Initializer, Is.SameAs(Initializer.Zeros));
    }

    [Test]
    public void Shapes_follow_one_image_through_the_model()
    {
        var graph = new TensorGraph();
        var tokenizer = new Models.DiscreteVae(new ParameterSet("tokenizer"), s_small);
        Tensor logits = tokenizer.Encode(graph.Input("pixels", new Shape(2, 3, 16, 12)));
        Assert.That(logits.Shape, Is.EqualTo(new Shape(2, 32, 4, 3)));
        Assert.That(tokenizer.DecodeSoft(logits).Shape, Is.EqualTo(new Shape(2, 6, 16, 12)));
        Tensor tokens = graph.Input("tokens", new Shape(2, 4, 3), ElementType.Int32);
        Assert.That(tokenizer.DecodeTokens(tokens).Shape, Is.EqualTo(new Shape(2, 6, 16, 12)));
    }

    [Test]
    public void Images_that_cannot_be_halved_are_refused()
    {
        var tokenizer = new Models.DiscreteVae(new ParameterSet("tokenizer"), s_small);
        Tensor pixels = new TensorGraph().Input("pixels", new Shape(1, 3, 18, 16));
        Assert.That(() => tokenizer.Encode(pixels), Throws.ArgumentException.With.Message.Contains("sides that are multiples of 4, got [1, 3, 18, 16]"));
    }

    [TestCase(0, 8, 32, "discrete VAE: groupCount must be within [1, 6], got 0")]
    [TestCase(4, 10, 32, "discrete VAE: hiddenWidth must be a multiple of 4, for a block's inner layers have a quarter of it; got 10")]
    [TestCase(4, 8, 1, "discrete VAE: vocabularySize must be at least 2, got 1")]
    public void Impossible_sizes_are_refused(int groups, int hiddenWidth, int vocabulary, string message)
    {
        var options = new DiscreteVaeOptions { GroupCount = groups, HiddenWidth = hiddenWidth, VocabularySize = vocabulary };
        Assert.That(() => new Models.DiscreteVae(new ParameterSet("tokenizer"), options), Throws.ArgumentException.With.Message.EqualTo(message));
    }
}
