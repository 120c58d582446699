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

    [Test]
    public void Branches_are_dropped_in_training_only_at_rates_that_rise_from_0()
    {
        VisionTransformerOptions options = Tiny with { Depth = 4, DropPathRate = 0.3 };
        Assert.That(Described(options, isTraining: false), Is.EqualTo(Described(options with { DropPathRate = 0 }, isTraining: true)));
        DropPathFactorsOp[] drops = Graph(options, isTraining: true).Ops.OfType<DropPathFactorsOp>().ToArray();
        var expected = new TensorGraph();
        foreach (double rate in new[] { 0.1, 0.1, 0.2, 0.2, 0.3, 0.3 }) _ = expected.DropPathFactors(2, rate);
        Assert.That(drops.Select(op => op.Attributes), Is.EqualTo(expected.Ops.OfType<DropPathFactorsOp>().Select(op => op.Attributes)));
    }

    [Test]
    public void A_block_that_is_computed_again_drops_the_same_branches()
    {
        TensorGraph graph = Graph(Tiny with { Depth = 3, DropPathRate = 0.2, Recompute = true }, isTraining: true);
        string[] first = graph.Ops.OfType<DropPathFactorsOp>().Select(op => op.Attributes).ToArray();
        Tensor images = graph.Inputs.First(input => input.Name == "images");
        _ = Gradients.Of(graph.Outputs[0].Tensor.SumAll(), new[] { images });
        string[] later = graph.Ops.OfType<DropPathFactorsOp>().Select(op => op.Attributes).Skip(first.Length).ToArray();
        Assert.That(first, Has.Length.EqualTo(4).And.Unique);
        Assert.That(later, Is.EquivalentTo(first));
    }

    [TestCase(-0.1)]
    [TestCase(1.0)]
    public void A_rate_of_dropped_branches_is_a_probability_below_1(double rate) => Assert.That(() => Declare(Tiny with { DropPathRate = rate }),
        Throws.ArgumentException.With.Message.EqualTo($"vision transformer: dropPathRate must lie in [0, 1), got {rate}"));

    private static string[] Described(VisionTransformerOptions options, bool isTraining) =>
        Graph(options, isTraining).Ops.Select(op => $"{op.Name} {op.Attributes}").ToArray();

    private static TensorGraph Graph(VisionTransformerOptions options, bool isTraining)
    {
        var graph = new TensorGraph();
        var enhancer = new VisionTransformer(new ParameterSet("enhancer"), options);
        graph.Output("tokens", enhancer.Forward(graph.Input("images", new Shape(2, 3, 16, 16)), isTraining));
        return graph;
    }

    private static VisionTransformerOptions Tiny => new() { ImageSize = 16, PatchSize = 4, EmbedDim = 8, Depth = 1, Heads = 2 };

    private static ParameterSet Declare(VisionTransformerOptions options)
    {
        var parameters = new ParameterSet("enhancer");
        _ = new VisionTransformer(parameters, options);
        return parameters;
    }
}
