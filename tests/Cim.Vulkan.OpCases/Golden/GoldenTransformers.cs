using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.OpCases;

/// <summary>Golden files of the generator and the enhancer.</summary>
internal static class GoldenTransformers
{
    public static void Generator(GoldenModel model)
    {
        JsonElement config = model.File.Config;
        var parameters = new ParameterSet("generator");
        BeitOptions options = GeneratorOptions(config);
        var generator = new Beit(parameters, options);
        model.Use(parameters);
        Tensor positions = model.Input("masked_positions");
        Tensor logits = generator.Forward(model.Input("image"), positions);
        Tensor golden = model.Input("golden_tokens");
        Tensor masked = golden.Reshape(golden.Shape[0], golden.Shape[1], 1).GatherTokens(positions).Reshape(-1);
        model.Expect("output.masked_logits", logits);
        model.Expect("input.masked_golden_tokens", masked);
        if (model.File.Names.Contains("output.relative_position_index"))
        {
            int[] index = RelativePositionBias.Index(options.GridSide, options.UseClassToken);
            int tokens = 1 + (options.GridSide * options.GridSide);
            model.Expect("output.relative_position_index", model.Graph.Constant<int>("index", new Shape(tokens, tokens), index, ElementType.Int32));
        }
        model.ExpectLoss(logits.CrossEntropy(masked), "image");
    }

    public static void ResPix(GoldenModel model)
    {
        JsonElement config = model.File.Config;
        var parameters = new ParameterSet("enhancer");
        VisionTransformerOptions options = EnhancerOptions(config);
        var enhancer = new VisionTransformer(parameters, options);
        var head = new ResPixHead(parameters, options.EmbedDim, options.PatchSize);
        model.Use(parameters);
        Tensor prediction = head.Forward(enhancer.PatchTokens(enhancer.Forward(model.Input("image"))));
        int window = config.GetProperty("window").GetInt32();
        Tensor target = model.Input("clean_image").SlidingWindowNormalize(window, config.GetProperty("windowEpsilon").GetSingle());
        Tensor targetPatches = target.Patchify(options.PatchSize);
        Tensor l1 = prediction.L1Loss(targetPatches), l2 = prediction.L2Loss(targetPatches);
        model.Expect("output.prediction", prediction);
        model.Expect("output.target", target);
        model.Expect("output.target_patches", targetPatches);
        model.Expect("output.l1", l1);
        model.Expect("output.l2", l2);
        model.ExpectLoss(l1.Add(l2), "image");
    }

    public static void RevDet(GoldenModel model)
    {
        var parameters = new ParameterSet("enhancer");
        VisionTransformerOptions options = EnhancerOptions(model.File.Config);
        var enhancer = new VisionTransformer(parameters, options);
        var head = new RevDetHead(parameters, options.EmbedDim);
        model.Use(parameters);
        Tensor tokens = enhancer.Forward(model.Input("image"));
        Tensor logits = head.Forward(enhancer.PatchTokens(tokens));
        if (model.File.Formula is not null) model.Expect("output.tokens", tokens);
        model.Expect("output.logits", logits);
        model.ExpectLoss(logits.BinaryCrossEntropyWithLogits(model.Input("replaced")), "image");
    }

    private static BeitOptions GeneratorOptions(JsonElement config) => new()
    {
        ImageSize = config.GetProperty("imageSize").GetInt32(),
        PatchSize = config.GetProperty("patchSize").GetInt32(),
        EmbedDim = config.GetProperty("embedDim").GetInt32(),
        Depth = config.GetProperty("depth").GetInt32(),
        Heads = config.GetProperty("heads").GetInt32(),
        MlpRatio = config.GetProperty("mlpRatio").GetInt32(),
        VocabularySize = config.GetProperty("vocabularySize").GetInt32(),
        UseClassToken = config.GetProperty("classToken").GetBoolean(),
        UseAbsolutePositions = config.GetProperty("absolutePositions").GetBoolean(),
        UseSharedRelativePositions = config.GetProperty("sharedRelativePositionBias").GetBoolean(),
        LayerScale = config.GetProperty("layerScale").GetSingle() is > 0 and var scale ? scale : null,
        LayerNormEpsilon = config.GetProperty("layerNormEpsilon").GetSingle(),
    };

    private static VisionTransformerOptions EnhancerOptions(JsonElement config) => new()
    {
        ImageSize = config.GetProperty("imageSize").GetInt32(),
        PatchSize = config.GetProperty("patchSize").GetInt32(),
        EmbedDim = config.GetProperty("embedDim").GetInt32(),
        Depth = config.GetProperty("depth").GetInt32(),
        Heads = config.GetProperty("heads").GetInt32(),
        MlpRatio = config.GetProperty("mlpRatio").GetInt32(),
        UseClassToken = config.GetProperty("classToken").GetBoolean(),
        Positions = config.GetProperty("absolutePositions").GetBoolean() ? PositionKind.Learned : PositionKind.None,
        LayerNormEpsilon = config.GetProperty("layerNormEpsilon").GetSingle(),
    };
}
