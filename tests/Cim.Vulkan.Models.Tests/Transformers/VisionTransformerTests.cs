using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Transformers;

public sealed class VisionTransformerTests
{
    [Test]
    public void Base_has_as_many_parameters_as_in_timm() => Assert.That(Declare(VisionTransformerOptions.Base).Count, Is.EqualTo(85_798_656));

    [Test]
    public void Small_has_as_many_parameters_as_in_timm() => Assert.That(Declare(VisionTransformerOptions.Small).Count, Is.EqualTo(21_665_664));

    [Test]
    public void Names_are_those_of_timm()
    {
        IEnumerable<string> names = Declare(VisionTransformerOptions.Small with { Depth = 1 }).Parameters.Select(parameter => parameter.Name);
        Assert.That(names, Is.EquivalentTo(new[]
        {
            "cls_token", "pos_embed", "patch_embed.proj.weight", "patch_embed.proj.bias", "blocks.0.norm1.weight", "blocks.0.norm1.bias",
            "blocks.0.attn.qkv.weight", "blocks.0.attn.qkv.bias", "blocks.0.attn.proj.weight", "blocks.0.attn.proj.bias", "blocks.0.norm2.weight",
            "blocks.0.norm2.bias", "blocks.0.mlp.fc1.weight", "blocks.0.mlp.fc1.bias", "blocks.0.mlp.fc2.weight", "blocks.0.mlp.fc2.bias",
            "norm.weight", "norm.bias",
        }));
    }

    [Test]
    public void Prefix_goes_before_every_name()
    {
        var parameters = new ParameterSet("enhancer");
        _ = new VisionTransformer(parameters, VisionTransformerOptions.Small with { Depth = 1 }, "trunk.");
        Assert.That(parameters.Parameters.Select(parameter => parameter.Name), Is.All.StartsWith("trunk."));
    }

    [TestCase(true, 17)]
    [TestCase(false, 16)]
    public void Heads_see_the_patches_only(bool useClassToken, int tokenCount)
    {
        var graph = new TensorGraph();
        var parameters = new ParameterSet("enhancer");
        VisionTransformerOptions options = Tiny with { UseClassToken = useClassToken };
        var enhancer = new VisionTransformer(parameters, options);
        var resPix = new ResPixHead(parameters, options.EmbedDim, options.PatchSize);
        var revDet = new RevDetHead(parameters, options.EmbedDim);
        Tensor tokens = enhancer.Forward(graph.Input("images", new Shape(2, 3, 16, 16)));
        Assert.That(tokens.Shape, Is.EqualTo(new Shape(2, tokenCount, 8)));
        Assert.That(resPix.Forward(enhancer.PatchTokens(tokens)).Shape, Is.EqualTo(new Shape(2, 16, 48)));
        Assert.That(revDet.Forward(enhancer.PatchTokens(tokens)).Shape, Is.EqualTo(new Shape(2, 16)));
        Assert.That(parameters["respix_head.weight"].Shape, Is.EqualTo(new Shape(48, 8)));
        Assert.That(parameters["revdet_head.bias"].Shape, Is.EqualTo(new Shape(1)));
    }

    [Test]
    public void Fixed_positions_are_no_parameter() =>
        Assert.That(Declare(Tiny with { Positions = PositionKind.SineCosine }).Parameters.Select(parameter => parameter.Name), Has.None.EqualTo("pos_embed"));

    [Test]
    public void Sines_and_cosines_need_a_width_of_four_parts() =>
        Assert.That(() => Declare(Tiny with { Positions = PositionKind.SineCosine, EmbedDim = 6 }),
            Throws.ArgumentException.With.Message.EqualTo("vision transformer: sine-cosine positions need an embedDim that is a multiple of 4, got 6"));

    private static VisionTransformerOptions Tiny => new() { ImageSize = 16, PatchSize = 4, EmbedDim = 8, Depth = 1, Heads = 2 };

    private static ParameterSet Declare(VisionTransformerOptions options)
    {
        var parameters = new ParameterSet("enhancer");
        _ = new VisionTransformer(parameters, options);
        return parameters;
    }
}
