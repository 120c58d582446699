using System;
using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Transformers;

public sealed class BeitTests
{
    private static readonly BeitOptions s_base = new()
    {
        EmbedDim = 768, Depth = 12, Heads = 12, UseAbsolutePositions = false, UseSharedRelativePositions = true, LayerScale = 0.1f,
    };

    [Test]
    public void Base_has_the_names_and_shapes_of_BEiT()
    {
        ParameterSet parameters = Declare(s_base);
        Assert.Multiple(() =>
        {
            Assert.That(parameters["cls_token"].Shape, Is.EqualTo(new Shape(1, 1, 768)));
            Assert.That(parameters["mask_token"].Shape, Is.EqualTo(new Shape(1, 1, 768)));
            Assert.That(parameters["patch_embed.proj.weight"].Shape, Is.EqualTo(new Shape(768, 3, 16, 16)));
            Assert.That(parameters["rel_pos_bias.relative_position_bias_table"].Shape, Is.EqualTo(new Shape(732, 12)));
            Assert.That(parameters["blocks.11.attn.qkv.weight"].Shape, Is.EqualTo(new Shape(2304, 768)));
            Assert.That(parameters["blocks.0.attn.q_bias"].Shape, Is.EqualTo(new Shape(768)));
            Assert.That(parameters["blocks.0.gamma_2"].Shape, Is.EqualTo(new Shape(768)));
            Assert.That(parameters["blocks.0.mlp.fc1.weight"].Shape, Is.EqualTo(new Shape(3072, 768)));
            Assert.That(parameters["lm_head.weight"].Shape, Is.EqualTo(new Shape(8192, 768)));
            Assert.That(parameters.Parameters.Any(parameter => parameter.Name.EndsWith("qkv.bias", StringComparison.Ordinal)), Is.False);
            Assert.That(parameters.Parameters.Any(parameter => parameter.Name == "pos_embed"), Is.False);
            Assert.That(parameters.Count, Is.EqualTo(91_965_776));
        });
    }

    [Test]
    public void Small_generator_has_a_trunk_of_7_4_million_parameters()
    {
        ParameterSet parameters = Declare(new BeitOptions());
        long head = parameters["lm_head.weight"].Count + parameters["lm_head.bias"].Count;
        Assert.That(head, Is.EqualTo(3_153_920));
        Assert.That(parameters.Count - head, Is.EqualTo(7_468_800));
    }

    [Test]
    public void Residual_weights_start_smaller_the_deeper_they_lie()
    {
        ParameterSet parameters = Declare(s_base);
        double plain = Deviation(parameters["blocks.0.attn.qkv.weight"]);
        Assert.That(Deviation(parameters["blocks.0.attn.proj.weight"]) / plain, Is.EqualTo(1 / Math.Sqrt(2)).Within(0.02));
        Assert.That(Deviation(parameters["blocks.7.mlp.fc2.weight"]) / plain, Is.EqualTo(0.25).Within(0.01));
    }

    [Test]
    public void Positions_and_class_token_are_not_decayed_but_mask_token_and_bias_table_are()
    {
        ParameterSet parameters = Declare(s_base with { UseAbsolutePositions = true });
        bool Decayed(string name) => parameters[name].IsDecayed;
        Assert.That(new[] { Decayed("pos_embed"), Decayed("cls_token"), Decayed("norm.weight"), Decayed("blocks.3.attn.v_bias") }, Is.All.False);
        Assert.That(new[] { Decayed("mask_token"), Decayed("rel_pos_bias.relative_position_bias_table"), Decayed("lm_head.weight") }, Is.All.True);
    }

    [Test]
    public void Logits_are_those_of_the_masked_patches()
    {
        var graph = new TensorGraph();
        var options = new BeitOptions { ImageSize = 16, PatchSize = 4, EmbedDim = 8, Depth = 1, Heads = 2, VocabularySize = 32 };
        var beit = new Beit(new ParameterSet("generator"), options);
        Tensor positions = graph.Input("masked_positions", new Shape(3, 5), ElementType.Int32);
        Assert.That(beit.Forward(graph.Input("images", new Shape(3, 3, 16, 16)), positions).Shape, Is.EqualTo(new Shape(15, 32)));
    }

    [Test]
    public void Branches_are_dropped_in_training_only()
    {
        var options = new BeitOptions { ImageSize = 16, PatchSize = 4, EmbedDim = 8, Depth = 3, Heads = 2, VocabularySize = 32, LayerScale = 0.1f, DropPathRate = 0.1 };
        foreach (bool isTraining in new[] { false, true })
        {
            var graph = new TensorGraph();
            var beit = new Beit(new ParameterSet("generator"), options);
            _ = beit.Forward(graph.Input("images", new Shape(3, 3, 16, 16)), graph.Input("masked_positions", new Shape(3, 5), ElementType.Int32), isTraining);
            Assert.That(graph.Ops.OfType<DropPathFactorsOp>().Count(), Is.EqualTo(isTraining ? 4 : 0));
        }
    }

    [TestCase(225, 384, 6, "beit: imageSize 225 is not a multiple of patchSize 16")]
    [TestCase(224, 380, 6, "beit: embedDim 380 is not a multiple of heads 6")]
    public void Impossible_sizes_are_refused(int imageSize, int embedDim, int heads, string message) =>
        Assert.That(() => Declare(new BeitOptions { ImageSize = imageSize, EmbedDim = embedDim, Heads = heads }),
            Throws.ArgumentException.With.Message.EqualTo(message));

    private static ParameterSet Declare(BeitOptions options)
    {
        var parameters = new ParameterSet("generator");
        _ = new Beit(parameters, options);
        return parameters;
    }

    private static double Deviation(Parameter parameter)
    {
        var values = new float[4096];
        parameter.Initializer.Fill(1, parameter.Name, values);
        return Math.Sqrt(values.Average(value => (double)value * value));
    }
}
