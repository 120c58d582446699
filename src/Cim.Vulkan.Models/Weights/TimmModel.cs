using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Models;

/// <summary>A network as timm's <c>create_model</c> builds it, so that the tensors of a file fit by name and its pooled features are those here.</summary>
public sealed record TimmModel
{
    private static readonly (VisionTransformerOptions Sizes, string Name)[] s_transformers =
    {
        (VisionTransformerOptions.Tiny, "tiny"), (VisionTransformerOptions.Small, "small"), (VisionTransformerOptions.Base, "base"), (VisionTransformerOptions.Large, "large"),
    };

    private static readonly (ResNetOptions Sizes, string Name)[] s_resNets =
    {
        (ResNetOptions.ResNet18, "resnet18"), (ResNetOptions.ResNet34, "resnet34"), (ResNetOptions.ResNet50, "resnet50"), (ResNetOptions.ResNet101, "resnet101"),
    };

    private TimmModel(string architecture, IEnumerable<(string Name, object Value)> arguments)
    {
        Architecture = architecture;
        ArgumentsJson = "{" + string.Join(", ", arguments.Select(pair => $"\"{pair.Name}\": {JsonOf(pair.Value)}")) + "}";
    }

    /// <summary>The name of the model, such as <c>vit_small_patch16_224</c>.</summary>
    public string Architecture { get; }

    /// <summary>The arguments beside it, as a JSON object.</summary>
    public string ArgumentsJson { get; }

    /// <summary>A plain vision transformer: the nearest of timm's, and what differs.</summary>
    internal static TimmModel Of(VisionTransformerOptions options)
    {
        (VisionTransformerOptions sizes, string name) = s_transformers.FirstOrDefault(known => IsOfSizes(options, known.Sizes));
        sizes ??= VisionTransformerOptions.Base;
        // The norm comes before the mean here, and timm would move it behind.
        List<(string, object)> arguments = new() { ("num_classes", 0), ("global_pool", "avg"), ("fc_norm", false) };
        void Say(string argument, object value, object usual)
        {
            if (!value.Equals(usual)) arguments.Add((argument, value));
        }
        Say("img_size", options.ImageSize, sizes.ImageSize);
        Say("patch_size", options.PatchSize, sizes.PatchSize);
        Say("in_chans", options.InputChannels, sizes.InputChannels);
        Say("embed_dim", options.EmbedDim, sizes.EmbedDim);
        Say("depth", options.Depth, sizes.Depth);
        Say("num_heads", options.Heads, sizes.Heads);
        Say("mlp_ratio", options.MlpRatio, sizes.MlpRatio);
        Say("class_token", options.UseClassToken, sizes.UseClassToken);
        Say("pos_embed", options.Positions == PositionKind.None ? "none" : "learn", "learn");
        if (options.LayerScale is { } scale) arguments.Add(("init_values", scale));
        return new TimmModel($"vit_{name ?? "base"}_patch16_224", arguments);
    }

    /// <summary>A ResNet; null where timm has none of its width, depth or stem.</summary>
    internal static TimmModel? Of(ResNetOptions options)
    {
        string? name = s_resNets.FirstOrDefault(known => known.Sizes.Block == options.Block && known.Sizes.Depths.SequenceEqual(options.Depths)).Name;
        if (name is null || options.HasSmallStem || options.Width != ResNetOptions.ResNet50.Width || options.DilatedStages > 2) return null;
        List<(string, object)> arguments = new() { ("num_classes", 0) };
        if (options.DilatedStages > 0) arguments.Add(("output_stride", options.OutputStride));
        if (options.InputChannels != ResNetOptions.ResNet50.InputChannels) arguments.Add(("in_chans", options.InputChannels));
        return new TimmModel(name, arguments);
    }

    private static bool IsOfSizes(VisionTransformerOptions options, VisionTransformerOptions sizes) => options.EmbedDim == sizes.EmbedDim && options.Depth == sizes.Depth && options.Heads == sizes.Heads;

    private static string JsonOf(object value) => value is string ? $"\"{value}\"" : EncoderMetadata.TextOf(value);
}
