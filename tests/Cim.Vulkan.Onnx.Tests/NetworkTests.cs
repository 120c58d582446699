using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Testing;
using NUnit.Framework;

namespace Cim.Vulkan.Onnx.Tests;

/// <summary>Whole networks with random weights: the same numbers here and in ONNX Runtime, for a number of pictures that the export never saw.</summary>
public sealed class NetworkTests : GpuTest
{
    private const int Pictures = 3;

    private static readonly VisionTransformerOptions s_small = new() { ImageSize = 32, PatchSize = 8, EmbedDim = 32, Depth = 2, Heads = 4 };
    private static readonly ResNetOptions s_tiny = ResNetOptions.ResNet18 with { Depths = [1, 1, 1, 1], Width = 8, StartsBranchesAtZero = false };

    private static IEnumerable<TestCaseData> Transformers
    {
        get
        {
            yield return Named("plain", s_small);
            yield return Named("no class token", s_small with { UseClassToken = false });
            yield return Named("layer scale", s_small with { LayerScale = 0.1f });
            yield return Named("relative positions shared", s_small with { RelativePositions = RelativePositionKind.Shared });
            yield return Named("relative positions per block", s_small with { RelativePositions = RelativePositionKind.PerBlock, Positions = PositionKind.None });
            yield return Named("relative positions without class token", s_small with { RelativePositions = RelativePositionKind.PerBlock, UseClassToken = false });
            yield return Named("sine-cosine positions", s_small with { Positions = PositionKind.SineCosine });
            yield return Named("biases of query and value", s_small with { QkvBias = QkvBias.QueryAndValue });
            yield return Named("recomputed blocks", s_small with { Recompute = true, DropPathRate = 0.1 });
            yield return Named("four channels", s_small with { InputChannels = 4, MlpRatio = 2 });
        }
    }

    private static IEnumerable<TestCaseData> ResNets
    {
        get
        {
            yield return Named("basic", s_tiny);
            yield return Named("small stem", s_tiny with { HasSmallStem = true });
            yield return Named("bottlenecks", s_tiny with { Block = ResNetBlockKind.Bottleneck });
            yield return Named("dilated", s_tiny with { DilatedStages = 2, Depths = [1, 1, 2, 2] });
            yield return Named("small stem, dilated bottlenecks", s_tiny with { HasSmallStem = true, DilatedStages = 1, Block = ResNetBlockKind.Bottleneck });
        }
    }

    [TestCaseSource(nameof(Transformers))]
    public void A_vision_transformer_gives_the_same_tokens_and_features(VisionTransformerOptions options) => OfTransformer(options).AssertAgrees(Device, Pictures);

    [TestCaseSource(nameof(ResNets))]
    public void A_ResNet_gives_the_same_maps_and_features(ResNetOptions options)
    {
        var network = new ResNet(new ParameterSet("resnet"), new ParameterSet("statistics"), options);
        new SampleNetwork([network.Parameters, network.Statistics], Images(64), inputs =>
        {
            IReadOnlyList<Tensor> maps = network.Features(inputs[0], null);
            return new Dictionary<string, Tensor> { ["features"] = network.Pool(inputs[0]), ["first"] = maps[0], ["map"] = maps[3] };
        }).AssertAgrees(Device, Pictures);
    }

    [Test]
    public void A_ViT_S_of_224_pixels_gives_the_same_features() => OfTransformer(VisionTransformerOptions.Small).AssertAgrees(Device, 2);

    [Test]
    public void A_ResNet_50_of_224_pixels_gives_the_same_features()
    {
        var network = new ResNet(new ParameterSet("resnet"), new ParameterSet("statistics"), ResNetOptions.ResNet50);
        new SampleNetwork([network.Parameters, network.Statistics], Images(224), inputs => new Dictionary<string, Tensor> { ["features"] = network.Pool(inputs[0]) }).AssertAgrees(Device, 1);
    }

    [TestCase(EnhancerHead.Detection)]
    [TestCase(EnhancerHead.Restoration)]
    public void The_heads_of_a_transformer_give_the_same(EnhancerHead head)
    {
        var enhancer = new TransformerEnhancer(new VisionTransformer(new ParameterSet("enhancer"), s_small), head);
        OfHead(enhancer, head, 32).AssertAgrees(Device, Pictures);
    }

    [TestCase(EnhancerHead.Detection, MapUpsampling.PixelShuffle)]
    [TestCase(EnhancerHead.Detection, MapUpsampling.Bilinear)]
    [TestCase(EnhancerHead.Restoration, MapUpsampling.PixelShuffle)]
    public void The_heads_of_a_ResNet_give_the_same(EnhancerHead head, MapUpsampling upsampling)
    {
        var network = new ResNet(new ParameterSet("enhancer"), new ParameterSet("statistics"), s_tiny);
        OfHead(new ConvolutionalEnhancer(network, head, 64, 8, upsampling: upsampling), head, 64).AssertAgrees(Device, Pictures);
    }

    [Test]
    public void A_BEiT_predicts_the_same_tokens()
    {
        var beit = new Beit(new ParameterSet("generator"), new BeitOptions { ImageSize = 32, PatchSize = 8, EmbedDim = 32, Depth = 2, Heads = 4, VocabularySize = 50 });
        SampleInput[] inputs = [.. Images(32), new SampleInput("masked_positions", new Shape(5), 16)];
        new SampleNetwork([beit.Parameters], inputs, tensors => new Dictionary<string, Tensor> { ["logits"] = beit.Forward(tensors[0], tensors[1]) }).AssertAgrees(Device, Pictures);
    }

    [Test]
    public void A_discrete_VAE_finds_and_paints_the_same_tokens()
    {
        var network = new DiscreteVae(new ParameterSet("tokenizer"), new DiscreteVaeOptions { GroupCount = 2, HiddenWidth = 8, InitWidth = 8, BlocksPerGroup = 1, VocabularySize = 32 });
        int side = 32 / network.Options.Downsampling;
        SampleInput[] inputs = [.. Images(32), new SampleInput("tokens", new Shape(side, side), 32)];
        new SampleNetwork([network.Parameters], inputs, tensors => new Dictionary<string, Tensor>
        {
            ["codes"] = network.EncodeTokens(tensors[0].MapPixels()),
            ["logits"] = network.Encode(tensors[0].MapPixels()),
            ["picture"] = network.DecodeTokens(tensors[1]).LaplaceMeanImage(),
        }).AssertAgrees(Device, Pictures);
    }

    private static SampleNetwork OfTransformer(VisionTransformerOptions options)
    {
        var network = new VisionTransformer(new ParameterSet("vit"), options);
        return new SampleNetwork([network.Parameters], Images(options.ImageSize, options.InputChannels),
            inputs => new Dictionary<string, Tensor> { ["features"] = network.Pool(inputs[0]), ["tokens"] = network.Forward(inputs[0]) });
    }

    private static SampleNetwork OfHead(Enhancer enhancer, EnhancerHead head, int imageSize)
    {
        ParameterSet[] sets = enhancer.Trunk.Statistics is { } statistics ? [enhancer.Parameters, statistics] : [enhancer.Parameters];
        return new SampleNetwork(sets, Images(imageSize),
            inputs => new Dictionary<string, Tensor> { ["head"] = head == EnhancerHead.Detection ? enhancer.Detect(inputs[0], null) : enhancer.Restore(inputs[0], null) });
    }

    private static SampleInput[] Images(int size, int channels = 3) => [new SampleInput("images", new Shape(channels, size, size))];

    private static TestCaseData Named(string name, object options) => new TestCaseData(options).SetArgDisplayNames(name);
}
