using System;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The enhancer, the network that pre-training is for: a plain vision transformer, or a ResNet.</summary>
public sealed record EnhancerOptions
{
    /// <summary>ViT-B/16: 768 wide, 12 blocks, 12 heads.</summary>
    public static EnhancerOptions VitBase { get; } = new() { Width = 768, Heads = 12 };

    /// <summary>ViT-S/16: 384 wide, 12 blocks, 6 heads.</summary>
    public static EnhancerOptions VitSmall { get; } = new();

    /// <summary>192 wide, 12 blocks, 3 heads.</summary>
    public static EnhancerOptions VitTiny { get; } = new() { Width = 192, Heads = 3 };

    /// <summary>96 wide, 4 blocks, 4 heads, no class token: for pictures of 32 pixels on a CPU driver.</summary>
    public static EnhancerOptions VitMicro { get; } = new() { Width = 96, Depth = 4, Heads = 4, UseClassToken = false };

    /// <summary>ViT-L/16: 1024 wide, 24 blocks, 16 heads.</summary>
    public static EnhancerOptions VitLarge { get; } = new() { Width = 1024, Depth = 24, Heads = 16 };

    /// <summary>A ResNet instead of a transformer, whose options are then without effect; null for the transformer.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public ConvolutionalOptions? Convolutional { get; init; }

    /// <summary>Values a token.</summary>
    public int Width { get; init; } = 384;

    /// <summary>Transformer blocks.</summary>
    public int Depth { get; init; } = 12;

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 6;

    /// <summary>Hidden width of the MLP over <see cref="Width"/>.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Whether a class token is put before the patches.</summary>
    public bool UseClassToken { get; init; } = true;

    /// <summary>How positions enter.</summary>
    public PositionKind Positions { get; init; } = PositionKind.Learned;

    /// <summary>Whether attention has a bias by relative position, as in BEiT.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public RelativePositionKind RelativePositions { get; init; }

    /// <summary>Which of query, key and value have a bias; BEiT's keys have none.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public QkvBias QkvBias { get; init; }

    /// <summary>Initial scale of each residual branch, as in BEiT (0.1); 0 for none.</summary>
    public double LayerScale { get; init; }

    /// <summary>Share of samples that skip a branch of the last block, rising from 0 at the first (Huang et al. 2016); CIM pre-trains without.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public double DropPathRate { get; init; }

    /// <summary>First values of the weights.</summary>
    public TransformerInitialization Initialization { get; init; } = TransformerInitialization.Xavier;

    /// <summary>The network in a few words.</summary>
    internal string Description => Convolutional is { } network ? $"ResNet-{network.Layers}, {network.Width} wide" : $"{Width} wide, {Depth} blocks";

    internal void Check(OptionChecks checks, int imageSize, int gridSize, bool detectsTokens)
    {
        if (Convolutional is not null)
        {
            Convolutional.Check(checks, imageSize, gridSize, detectsTokens);
            return;
        }
        checks.Require(DropPathRate is >= 0 and < 1, $"enhancer.dropPathRate is {DropPathRate}, must be at least 0 and below 1");
        checks.Require(Enum.IsDefined(Initialization), $"enhancer initialization {Initialization} is not known");
        TransformerChecks.Check(checks, "enhancer", Width, Depth, Heads, MlpRatio, LayerScale);
        checks.Require(Enum.IsDefined(Positions), $"enhancer positions {Positions} is not known");
        checks.Require(Enum.IsDefined(RelativePositions), $"enhancer relative positions {RelativePositions} are not known");
        checks.Require(Enum.IsDefined(QkvBias), $"enhancer bias {QkvBias} is not known");
        if (Positions == PositionKind.SineCosine && Width > 0) checks.Divides("what sine-cosine positions need,", 4, "enhancer.width", Width);
    }
}

/// <summary>Checks that both transformers share.</summary>
internal static class TransformerChecks
{
    public static void Check(OptionChecks checks, string name, int width, int depth, int heads, int mlpRatio, double layerScale)
    {
        checks.AtLeast($"{name}.width", width, 1);
        checks.AtLeast($"{name}.depth", depth, 1);
        checks.AtLeast($"{name}.heads", heads, 1);
        if (width > 0 && heads > 0) checks.Divides($"{name}.heads", heads, $"{name}.width", width);
        checks.AtLeast($"{name}.mlpRatio", mlpRatio, 1);
        checks.NotNegative($"{name}.layerScale", layerScale);
    }
}
