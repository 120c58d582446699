using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Models;

/// <summary>The architectures whose published weights can be taken over.</summary>
public static class NameMaps
{
    private static readonly NameRule[] s_transformer =
    {
        new("cls_token"),
        new("pos_embed"),
        new("patch_embed.proj.{weight|bias}"),
        new("blocks.#.{norm1|norm2|attn.qkv|attn.proj|mlp.fc1|mlp.fc2}.{weight|bias}"),
        new("blocks.#.{gamma_1|gamma_2}"),
        new("blocks.#.ls{1|2}.gamma", NameRole.Parameter, "blocks.$1.gamma_$2"),
        new("norm.{weight|bias}"),
        // Without a class token the mean is normed, by the same layer under another name.
        new("fc_norm.{weight|bias}", NameRole.Parameter, "norm.$1"),
        new("{head|lm_head|pre_logits}*", NameRole.Head),
    };

    /// <summary>Both halves of a discrete VAE in one file, as here.</summary>
    public static NameMap Tokenizer { get; } = new("tokenizer", "discrete VAE, both halves", has => has("encoder.blocks.input.w") && has("decoder.blocks.input.w"),
        new NameRule("{encoder|decoder}.blocks.*"));

    /// <summary>The decoder of DALL-E's discrete VAE (Ramesh et al. 2021).</summary>
    public static NameMap DalleDecoder { get; } = new("dalle-decoder", "decoder of DALL-E's discrete VAE", has => IsDalle(has) && has("blocks.group_1.block_1.id_path.w"),
        new NameRule("blocks.*", NameRole.Parameter, "decoder.blocks.$1"));

    /// <summary>The encoder of DALL-E's discrete VAE (Ramesh et al. 2021).</summary>
    public static NameMap DalleEncoder { get; } = new("dalle-encoder", "encoder of DALL-E's discrete VAE", IsDalle,
        new NameRule("blocks.*", NameRole.Parameter, "encoder.blocks.$1"));

    /// <summary>MAE (He et al. 2022): the encoder; its decoder is left behind.</summary>
    public static NameMap Mae { get; } = new("mae", "masked autoencoder, of which the encoder is taken", has => IsTransformer(has) && has("decoder_embed.weight"),
        new[] { new NameRule("decoder_*", NameRole.Ignored), new NameRule("mask_token", NameRole.Ignored) }.Concat(s_transformer).ToArray());

    /// <summary>BEiT (Bao et al. 2021), pre-trained or fine-tuned.</summary>
    public static NameMap Beit { get; } = new("beit", "BEiT", has => IsTransformer(has) && (has("blocks.0.attn.q_bias") || has("mask_token") || has("rel_pos_bias.relative_position_bias_table") || has("blocks.0.attn.relative_position_bias_table")),
        new[]
        {
            new NameRule("mask_token"),
            new NameRule("blocks.#.attn.{q_bias|v_bias}"),
            new NameRule("rel_pos_bias.relative_position_bias_table"),
            new NameRule("blocks.#.attn.relative_position_bias_table"),
            // Follows from the grid.
            new NameRule("*relative_position_index", NameRole.Ignored),
            new NameRule("blocks.#.attn.k_bias", NameRole.Ignored),
        }.Concat(s_transformer).ToArray());

    /// <summary>ResNets of torchvision and timm, also the small ones for CIFAR.</summary>
    public static NameMap ResNet { get; } = new("resnet", "ResNet", has => has("conv1.weight") && has("bn1.running_mean") && has("layer1.0.conv1.weight"),
        new NameRule("conv1.weight"),
        new NameRule("bn1.{weight|bias}"),
        new NameRule("bn1.{running_mean|running_var}", NameRole.Statistic),
        new NameRule("layer#.#.conv#.weight"),
        new NameRule("layer#.#.bn#.{weight|bias}"),
        new NameRule("layer#.#.bn#.{running_mean|running_var}", NameRole.Statistic),
        new NameRule("layer#.#.downsample.0.weight"),
        new NameRule("layer#.#.downsample.1.{weight|bias}"),
        new NameRule("layer#.#.downsample.1.{running_mean|running_var}", NameRole.Statistic),
        // How often the statistics were updated: training here has its own schedule.
        new NameRule("*num_batches_tracked", NameRole.Ignored),
        new NameRule("fc.{weight|bias}", NameRole.Head),
        new NameRule("linear.{weight|bias}", NameRole.Head, "fc.$1"));

    /// <summary>A vision transformer of timm or DeiT.</summary>
    public static NameMap Vit { get; } = new("vit", "vision transformer (timm, DeiT)", IsTransformer,
        // timm names BEiT's factors on residual branches otherwise than those of its plain transformers.
        new[] { new NameRule("blocks.#.ls{1|2}.gamma", NameRole.Parameter, "blocks.$1.gamma_$2", isWritten: true) }.Concat(s_transformer).ToArray());

    /// <summary>All of them, the narrower before the wider, so that the first that is recognised is right.</summary>
    public static IReadOnlyList<NameMap> All { get; } = new[] { Tokenizer, DalleDecoder, DalleEncoder, Mae, Beit, ResNet, Vit };

    /// <summary>The map of an architecture.</summary>
    /// <param name="architecture">Its name in a word.</param>
    /// <returns>Null where there is none.</returns>
    public static NameMap? Find(string architecture) => All.FirstOrDefault(map => map.Architecture == architecture);

    private static bool IsDalle(Func<string, bool> has) => has("blocks.input.w") && has("blocks.output.conv.w");

    private static bool IsTransformer(Func<string, bool> has) => has("patch_embed.proj.weight") && has("blocks.0.attn.qkv.weight");
}
