using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>
/// What a network is and what it wants to see, as text in a file of weights: from this and the weights alone the network is built again. Beside it
/// stands what timm builds the same network from.
/// </summary>
public sealed record EncoderDescription
{
    private const string KindKey = "cim.architecture", FixedPositions = "pos_embed";

    private EncoderDescription(VisionTransformerOptions? transformer, ResNetOptions? convolutional, int imageSize)
    {
        transformer?.Validate();
        convolutional?.Validate();
        (Transformer, Convolutional, ImageSize) = (transformer, convolutional, imageSize);
    }

    /// <summary>Sizes of a vision transformer; null where it is another network.</summary>
    public VisionTransformerOptions? Transformer { get; }

    /// <summary>Sizes of a ResNet; null where it is another network.</summary>
    public ResNetOptions? Convolutional { get; }

    /// <summary>Side of the pictures in pixels that it was trained on.</summary>
    public int ImageSize { get; }

    /// <summary>What becomes of a picture before.</summary>
    public ImagePreprocessing Preprocessing { get; init; } = ImagePreprocessing.ImageNet;

    /// <summary>The names that its tensors have in files.</summary>
    public NameMap Names => Convolutional is not null ? NameMaps.ResNet
        : Transformer!.RelativePositions != RelativePositionKind.None || Transformer.QkvBias == QkvBias.QueryAndValue ? NameMaps.Beit
        : NameMaps.Vit;

    /// <summary>What timm builds the same network from; null where it has none.</summary>
    public TimmModel? Timm => Convolutional is not null ? TimmModel.Of(Convolutional) : Names == NameMaps.Vit ? TimmModel.Of(Transformer!) : null;

    /// <summary>Describes a network.</summary>
    /// <param name="encoder">A vision transformer or a ResNet.</param>
    /// <param name="imageSize">Side of the pictures in pixels that it was trained on.</param>
    /// <exception cref="ArgumentException">It is another network, or a transformer of pictures of another size.</exception>
    public static EncoderDescription Of(IVisionEncoder encoder, int imageSize) => encoder switch
    {
        VisionTransformer transformer when transformer.Options.ImageSize != imageSize =>
            throw new ArgumentException($"encoder description: the transformer is for pictures of {transformer.Options.ImageSize} pixels, not {imageSize}", nameof(imageSize)),
        VisionTransformer transformer => new EncoderDescription(transformer.Options, null, imageSize),
        ResNet network => new EncoderDescription(null, network.Options, imageSize),
        _ => throw new ArgumentException($"encoder description: {encoder.GetType().Name} has none", nameof(encoder)),
    };

    /// <summary>Whether metadata describes a network.</summary>
    /// <param name="metadata">A file's metadata.</param>
    public static bool IsIn(IReadOnlyDictionary<string, string> metadata) => metadata.ContainsKey(KindKey) && new EncoderMetadata(metadata).Has("image_size");

    /// <summary>Reads a description.</summary>
    /// <param name="metadata">A file's metadata.</param>
    /// <exception cref="ArgumentException">Something is missing, or describes no network.</exception>
    public static EncoderDescription FromMetadata(IReadOnlyDictionary<string, string> metadata)
    {
        var text = new EncoderMetadata(metadata);
        if (!metadata.TryGetValue(KindKey, out string? kind)) throw new ArgumentException($"encoder description: '{KindKey}' is missing");
        bool isTransformer = kind == NameMaps.Vit.Architecture || kind == NameMaps.Beit.Architecture;
        if (!isTransformer && kind != NameMaps.ResNet.Architecture) throw new ArgumentException($"encoder description: '{KindKey}' is '{kind}', must be one of {NameMaps.Vit.Architecture}, {NameMaps.Beit.Architecture}, {NameMaps.ResNet.Architecture}");
        return new EncoderDescription(isTransformer ? ReadTransformer(text) : null, isTransformer ? null : ReadResNet(text), text.Integer("image_size"))
        {
            Preprocessing = new ImagePreprocessing { Mean = text.Numbers("mean"), StandardDeviation = text.Numbers("std"), Interpolation = text.Text("interpolation") },
        };
    }

    /// <summary>The description as metadata of a file.</summary>
    public IReadOnlyDictionary<string, string> ToMetadata()
    {
        IEnumerable<(string, object)> network = Transformer is not null ? Values(Transformer) : Values(Convolutional!);
        Dictionary<string, string> metadata = EncoderMetadata.Of(network.Concat(new (string, object)[]
        {
            ("image_size", ImageSize), ("mean", Preprocessing.Mean), ("std", Preprocessing.StandardDeviation), ("interpolation", Preprocessing.Interpolation),
            ("pooling", "mean over all places"), ("feature_width", Transformer?.EmbedDim ?? Convolutional!.OutputChannels),
        }));
        metadata[KindKey] = Names.Architecture;
        if (Timm is not { } timm) return metadata;
        metadata["timm.architecture"] = timm.Architecture;
        metadata["timm.arguments"] = timm.ArgumentsJson;
        return metadata;
    }

    /// <summary>The network, without weights.</summary>
    /// <param name="name">Name of its parameter set.</param>
    public IVisionEncoder Build(string name = "encoder") => Transformer is not null
        ? new VisionTransformer(new ParameterSet(name), Transformer)
        : new ResNet(new ParameterSet(name), new ParameterSet($"{name}_statistics"), Convolutional!);

    /// <summary>Tensors that others expect in a file though nothing in them is trained: fixed positions.</summary>
    public IEnumerable<(string Name, Shape Shape, float[] Values)> FixedTensors()
    {
        if (Transformer is not { Positions: PositionKind.SineCosine } options) yield break;
        int tokens = (options.GridSide * options.GridSide) + (options.UseClassToken ? 1 : 0);
        yield return (FixedPositions, new Shape(1, tokens, options.EmbedDim), PositionEmbedding.SineCosine(options.GridSide, options.EmbedDim, options.UseClassToken));
    }

    private static IEnumerable<(string, object)> Values(VisionTransformerOptions options)
    {
        yield return ("patch_size", options.PatchSize);
        yield return ("input_channels", options.InputChannels);
        yield return ("embed_dim", options.EmbedDim);
        yield return ("depth", options.Depth);
        yield return ("heads", options.Heads);
        yield return ("mlp_ratio", options.MlpRatio);
        yield return ("class_token", options.UseClassToken);
        yield return ("positions", options.Positions);
        yield return ("relative_positions", options.RelativePositions);
        yield return ("qkv_bias", options.QkvBias);
        yield return ("norm_epsilon", options.LayerNormEpsilon);
        if (options.LayerScale is { } scale) yield return ("layer_scale", scale);
    }

    private static IEnumerable<(string, object)> Values(ResNetOptions options)
    {
        yield return ("block", options.Block);
        yield return ("depths", options.Depths);
        yield return ("width", options.Width);
        yield return ("input_channels", options.InputChannels);
        yield return ("small_stem", options.HasSmallStem);
        yield return ("dilated_stages", options.DilatedStages);
        yield return ("norm_epsilon", options.NormEpsilon);
    }

    private static VisionTransformerOptions ReadTransformer(EncoderMetadata text) => new()
    {
        ImageSize = text.Integer("image_size"),
        PatchSize = text.Integer("patch_size"),
        InputChannels = text.Integer("input_channels"),
        EmbedDim = text.Integer("embed_dim"),
        Depth = text.Integer("depth"),
        Heads = text.Integer("heads"),
        MlpRatio = text.Integer("mlp_ratio"),
        UseClassToken = text.Flag("class_token"),
        Positions = text.Choice<PositionKind>("positions"),
        RelativePositions = text.Choice<RelativePositionKind>("relative_positions"),
        QkvBias = text.Choice<QkvBias>("qkv_bias"),
        LayerNormEpsilon = text.Number("norm_epsilon"),
        LayerScale = text.Has("layer_scale") ? text.Number("layer_scale") : null,
    };

    private static ResNetOptions ReadResNet(EncoderMetadata text) => new()
    {
        Block = text.Choice<ResNetBlockKind>("block"),
        Depths = text.Integers("depths"),
        Width = text.Integer("width"),
        InputChannels = text.Integer("input_channels"),
        HasSmallStem = text.Flag("small_stem"),
        DilatedStages = text.Integer("dilated_stages"),
        NormEpsilon = text.Number("norm_epsilon"),
    };
}
