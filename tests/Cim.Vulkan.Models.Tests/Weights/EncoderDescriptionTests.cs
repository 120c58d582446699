using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Weights;

/// <summary>A network is built again from the text beside its weights.</summary>
public sealed class EncoderDescriptionTests
{
    private static readonly VisionTransformerOptions s_vit = new() { ImageSize = 32, PatchSize = 8, EmbedDim = 32, Depth = 2, Heads = 4 };
    private static readonly ResNetOptions s_resNet = ResNetOptions.ResNet18 with { Width = 8 };

    private static IEnumerable<TestCaseData> Networks
    {
        get
        {
            yield return Named("plain", Vit(s_vit));
            yield return Named("no class token", Vit(s_vit with { UseClassToken = false, Positions = PositionKind.SineCosine }));
            yield return Named("layer scale", Vit(s_vit with { LayerScale = 0.1f, MlpRatio = 2, InputChannels = 1, LayerNormEpsilon = 3e-5f }));
            yield return Named("shared relative positions", Vit(s_vit with { RelativePositions = RelativePositionKind.Shared, Positions = PositionKind.None }));
            yield return Named("relative positions per block", Vit(s_vit with { RelativePositions = RelativePositionKind.PerBlock, LayerScale = 0.1f, QkvBias = QkvBias.QueryAndValue }));
            yield return Named("ViT-S", Vit(VisionTransformerOptions.Small));
            yield return Named("ResNet-18", Net(s_resNet));
            yield return Named("small stem, dilated", Net(s_resNet with { HasSmallStem = true, DilatedStages = 2, NormEpsilon = 1e-3f }));
            yield return Named("ResNet-50", Net(ResNetOptions.ResNet50));
        }
    }

    [TestCaseSource(nameof(Networks))]
    public void Is_built_again_from_its_metadata_alone(Func<IVisionEncoder> network)
    {
        IVisionEncoder encoder = network();
        var description = Described(encoder);
        IReadOnlyDictionary<string, string> metadata = description.ToMetadata();
        Assert.That(EncoderDescription.IsIn(metadata));
        var again = EncoderDescription.FromMetadata(metadata);
        IVisionEncoder built = again.Build();
        Assert.That(ShapesOf(built), Is.EqualTo(ShapesOf(encoder)));
        Assert.That(again.ToMetadata(), Is.EqualTo(metadata));
        Assert.That(OpsOf(built), Is.EqualTo(OpsOf(encoder)));
    }

    [TestCaseSource(nameof(Networks))]
    public void Its_written_names_lead_back_to_those_here(Func<IVisionEncoder> network)
    {
        IVisionEncoder encoder = network();
        NameMap names = Described(encoder).Names;
        foreach ((string name, _) in ShapesOf(encoder)) Assert.That(names.Map(names.NameInFile(name)).Name, Is.EqualTo(name));
        Assert.That(NameMap.Recognise(ShapesOf(encoder).Select(pair => names.NameInFile(pair.Name)))!.Value.Map, Is.SameAs(names));
    }

    [Test]
    public void Factors_on_branches_have_the_names_that_timm_gives_them_in_each_network()
    {
        string Written(VisionTransformerOptions options) => Described(Vit(options)()).Names.NameInFile("blocks.1.gamma_2");
        Assert.That(Written(s_vit with { LayerScale = 0.1f }), Is.EqualTo("blocks.1.ls2.gamma"));
        Assert.That(Written(s_vit with { LayerScale = 0.1f, RelativePositions = RelativePositionKind.PerBlock }), Is.EqualTo("blocks.1.gamma_2"));
    }

    [Test]
    public void Tells_what_timm_builds_it_from()
    {
        (string, string)? Timm(Func<IVisionEncoder> network) => Described(network()).Timm is { } timm ? (timm.Architecture, timm.ArgumentsJson) : null;
        const string Mean = "\"num_classes\": 0, \"global_pool\": \"avg\", \"fc_norm\": false";
        Assert.That(Timm(Vit(VisionTransformerOptions.Small)), Is.EqualTo(("vit_small_patch16_224", $"{{{Mean}}}")));
        Assert.That(Timm(Vit(VisionTransformerOptions.Base with { ImageSize = 64, PatchSize = 8, UseClassToken = false, LayerScale = 0.5f })),
            Is.EqualTo(("vit_base_patch16_224", $"{{{Mean}, \"img_size\": 64, \"patch_size\": 8, \"class_token\": false, \"init_values\": 0.5}}")));
        Assert.That(Timm(Vit(s_vit)), Is.EqualTo(("vit_base_patch16_224", $"{{{Mean}, \"img_size\": 32, \"patch_size\": 8, \"embed_dim\": 32, \"depth\": 2, \"num_heads\": 4}}")));
        Assert.That(Timm(Net(ResNetOptions.ResNet50)), Is.EqualTo(("resnet50", "{\"num_classes\": 0}")));
        Assert.That(Timm(Net(ResNetOptions.ResNet34 with { DilatedStages = 1 })), Is.EqualTo(("resnet34", "{\"num_classes\": 0, \"output_stride\": 16}")));
        Assert.That(Timm(Net(ResNetOptions.ResNet18 with { HasSmallStem = true })), Is.Null);
        Assert.That(Timm(Vit(s_vit with { RelativePositions = RelativePositionKind.Shared })), Is.Null);
    }

    [Test]
    public void Fixed_positions_stand_in_the_file_for_networks_that_learn_them()
    {
        var description = Described(Vit(s_vit with { Positions = PositionKind.SineCosine })());
        (string name, Shape shape, float[] values) = description.FixedTensors().Single();
        Assert.That((name, shape), Is.EqualTo(("pos_embed", new Shape(1, 17, 32))));
        Assert.That(values, Is.EqualTo(PositionEmbedding.SineCosine(4, 32, hasClassToken: true)));
        Assert.That(Described(Vit(s_vit)()).FixedTensors(), Is.Empty);
    }

    [TestCase("encoder.depth", null, "encoder description: 'encoder.depth' is missing")]
    [TestCase("encoder.depth", "two", "encoder description: 'encoder.depth' is 'two', must be a whole number")]
    [TestCase("encoder.class_token", "maybe", "encoder description: 'encoder.class_token' is 'maybe', must be true or false")]
    [TestCase("encoder.positions", "7", "encoder description: 'encoder.positions' is '7', must be one of None, Learned, SineCosine")]
    [TestCase("encoder.mean", "0.5 a 0.5", "encoder description: 'encoder.mean' is '0.5 a 0.5', must be numbers with spaces between them")]
    [TestCase("encoder.heads", "5", "vision transformer: embedDim 32 is not a multiple of heads 5")]
    [TestCase("cim.architecture", "mixer", "encoder description: 'cim.architecture' is 'mixer', must be one of vit, beit, resnet")]
    public void What_describes_no_network_is_refused_in_one_line(string key, string? value, string message)
    {
        var metadata = new Dictionary<string, string>(Described(Vit(s_vit)()).ToMetadata());
        if (value is null) metadata.Remove(key);
        else metadata[key] = value;
        Assert.That(() => EncoderDescription.FromMetadata(metadata), Throws.ArgumentException.With.Message.EqualTo(message));
    }

    [Test]
    public void A_transformer_of_pictures_of_another_size_is_refused() =>
        Assert.That(() => EncoderDescription.Of(Vit(s_vit)(), 64), Throws.ArgumentException.With.Message.StartsWith("encoder description: the transformer is for pictures of 32 pixels, not 64"));

    private static EncoderDescription Described(IVisionEncoder encoder) => EncoderDescription.Of(encoder, encoder is VisionTransformer transformer ? transformer.Options.ImageSize : 224);

    private static Func<IVisionEncoder> Vit(VisionTransformerOptions options) => () => new VisionTransformer(new ParameterSet("vit"), options);

    private static Func<IVisionEncoder> Net(ResNetOptions options) => () => new ResNet(new ParameterSet("resnet"), new ParameterSet("statistics"), options);

    private static List<(string Name, Shape Shape)> ShapesOf(IVisionEncoder encoder) =>
        [.. encoder.Parameters.Parameters.Concat(encoder.Statistics?.Parameters ?? []).Select(parameter => (parameter.Name, parameter.Shape))];

    private static List<string> OpsOf(IVisionEncoder encoder)
    {
        var graph = new TensorGraph();
        (int channels, int size) = encoder is VisionTransformer vit ? (vit.Options.InputChannels, vit.Options.ImageSize) : (3, 64);
        graph.Output("features", encoder.Pool(graph.Input("images", new Shape(2, channels, size, size))));
        return [.. graph.Ops.Select(op => op.ToString())];
    }

    private static TestCaseData Named(string name, Func<IVisionEncoder> network) => new TestCaseData(network).SetArgDisplayNames(name);
}
