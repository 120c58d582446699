using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Bench;

/// <summary>The networks that <c>cim bench models</c> times, with random weights.</summary>
internal static class ModelCatalog
{
    // CIM's pictures for the tokenizer of DALL-E: 14x14 tokens.
    private const int TokenizerSide = 112;

    private static readonly DiscreteVaeOptions s_tokenizer = new();

    // Small enough for a test on a CPU driver.
    private static readonly VisionTransformerOptions s_micro = new() { ImageSize = 32, PatchSize = 4, EmbedDim = 96, Depth = 4, Heads = 4, UseClassToken = false };

    public static IReadOnlyList<BenchModel> All { get; } =
    [
        Vit("vit_micro4", s_micro),
        Vit("vit_s16", VisionTransformerOptions.Small),
        Vit("vit_b16", VisionTransformerOptions.Base),
        Vit("vit_b32", VisionTransformerOptions.Base with { ImageSize = 384, PatchSize = 32 }),
        new("resnet50_stack_no_batch_norm", "224", batch => ModelInput.Pictures(batch, 224), parameters => new ConvolutionStack(parameters).Forward),
        new("dvae_encoder", $"{TokenizerSide}", batch => ModelInput.Pictures(batch, TokenizerSide), Encoder),
        new("dvae_decoder", $"{TokenizerSide}", batch => ModelInput.Tokens(batch, TokenizerSide / s_tokenizer.Downsampling, s_tokenizer.VocabularySize),
            parameters => new DiscreteVaeDecoder(parameters, s_tokenizer).ForwardTokens),
    ];

    private static BenchModel Vit(string name, VisionTransformerOptions options) =>
        new(name, $"{options.ImageSize}", batch => ModelInput.Pictures(batch, options.ImageSize), parameters => Trunk(parameters, options));

    private static System.Func<Tensor, Tensor> Trunk(ParameterSet parameters, VisionTransformerOptions options)
    {
        var trunk = new VisionTransformer(parameters, options);
        return pictures => trunk.Forward(pictures);
    }

    private static System.Func<Tensor, Tensor> Encoder(ParameterSet parameters)
    {
        var encoder = new DiscreteVaeEncoder(parameters, s_tokenizer);
        return pictures => encoder.Forward(pictures.MapPixels());
    }
}
