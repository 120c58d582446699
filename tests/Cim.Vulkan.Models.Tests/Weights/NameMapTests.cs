using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Weights;

/// <summary>Names of published weights lead to the parameters here.</summary>
public sealed class NameMapTests
{
    private static readonly string[] s_vit = ["cls_token", "pos_embed", "patch_embed.proj.weight", "blocks.0.attn.qkv.weight", "norm.weight", "head.weight"];
    private static readonly string[] s_resnet = ["conv1.weight", "bn1.running_mean", "layer1.0.conv1.weight", "fc.weight"];

    [Test]
    public void Every_parameter_of_our_networks_keeps_its_published_name()
    {
        var vit = new ParameterSet("vit");
        _ = new VisionTransformer(vit, new VisionTransformerOptions { Depth = 2, EmbedDim = 12, Heads = 2, ImageSize = 32, LayerScale = 0.1f });
        AssertKept(NameMaps.Vit, vit);
        var beit = new ParameterSet("beit");
        _ = new Beit(beit, new BeitOptions { Depth = 2, EmbedDim = 12, Heads = 2, ImageSize = 32, UseSharedRelativePositions = true, LayerScale = 0.1f });
        AssertKept(NameMaps.Beit, beit);
        var tokenizer = new ParameterSet("tokenizer");
        _ = new Models.DiscreteVae(tokenizer, new DiscreteVaeOptions { HiddenWidth = 4, InitWidth = 2, VocabularySize = 8 });
        AssertKept(NameMaps.Tokenizer, tokenizer);
    }

    [TestCase("vit", "blocks.3.ls2.gamma", NameRole.Parameter, "blocks.3.gamma_2")]
    [TestCase("vit", "fc_norm.bias", NameRole.Parameter, "norm.bias")]
    [TestCase("vit", "head.weight", NameRole.Head, "head.weight")]
    [TestCase("vit", "blocks.3.attn.qkv.scale", NameRole.Unknown, "")]
    [TestCase("mae", "decoder_blocks.0.norm1.weight", NameRole.Ignored, "")]
    [TestCase("mae", "mask_token", NameRole.Ignored, "")]
    [TestCase("beit", "blocks.11.attn.q_bias", NameRole.Parameter, "blocks.11.attn.q_bias")]
    [TestCase("beit", "blocks.11.attn.relative_position_index", NameRole.Ignored, "")]
    [TestCase("beit", "rel_pos_bias.relative_position_bias_table", NameRole.Parameter, "rel_pos_bias.relative_position_bias_table")]
    [TestCase("beit", "lm_head.weight", NameRole.Head, "lm_head.weight")]
    [TestCase("resnet", "layer3.22.bn3.running_var", NameRole.Statistic, "layer3.22.bn3.running_var")]
    [TestCase("resnet", "layer4.0.downsample.1.weight", NameRole.Parameter, "layer4.0.downsample.1.weight")]
    [TestCase("resnet", "layer4.0.bn1.num_batches_tracked", NameRole.Ignored, "")]
    [TestCase("resnet", "linear.bias", NameRole.Head, "fc.bias")]
    [TestCase("dalle-encoder", "blocks.group_1.block_2.res_path.conv_3.w", NameRole.Parameter, "encoder.blocks.group_1.block_2.res_path.conv_3.w")]
    [TestCase("dalle-decoder", "blocks.output.conv.b", NameRole.Parameter, "decoder.blocks.output.conv.b")]
    public void A_name_is_led_to_ours(string architecture, string name, NameRole role, string ours) =>
        Assert.That(NameMaps.Find(architecture)!.Map(name), Is.EqualTo(new MappedName(role, ours)));

    [Test]
    public void Architectures_are_recognised_by_their_names()
    {
        Assert.That(Recognised(s_vit), Is.EqualTo("vit"));
        Assert.That(Recognised([.. s_vit, "decoder_embed.weight"]), Is.EqualTo("mae"));
        Assert.That(Recognised([.. s_vit, "blocks.0.attn.q_bias"]), Is.EqualTo("beit"));
        Assert.That(Recognised(s_resnet), Is.EqualTo("resnet"));
        Assert.That(Recognised(["blocks.input.w", "blocks.output.conv.w"]), Is.EqualTo("dalle-encoder"));
        Assert.That(Recognised(["blocks.input.w", "blocks.output.conv.w", "blocks.group_1.block_1.id_path.w"]), Is.EqualTo("dalle-decoder"));
        Assert.That(Recognised(["encoder.blocks.input.w", "decoder.blocks.input.w"]), Is.EqualTo("tokenizer"));
        Assert.That(NameMap.Recognise(["stack.0.weight"]), Is.Null);
    }

    [Test]
    public void What_stands_before_all_names_is_found([Values("module.", "backbone.", "encoder.")] string prefix) =>
        Assert.That(NameMap.Recognise(s_vit.Select(name => prefix + name))!.Value.Prefix, Is.EqualTo(prefix));

    private static string? Recognised(string[] names) => NameMap.Recognise(names)?.Map.Architecture;

    private static void AssertKept(NameMap map, ParameterSet parameters)
    {
        foreach (Parameter parameter in parameters.Parameters) Assert.That(map.Map(parameter.Name).Name, Is.EqualTo(parameter.Name));
    }
}
