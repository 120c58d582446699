using System;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>What the methods with a tokenizer do with visual tokens, a stage a function; no gradient passes back through any but the loss.</summary>
internal static class TokenStages
{
    /// <summary>The tokenizer's arg-max over its vocabulary, without noise: <c>int [batch, tokens]</c>.</summary>
    public static Tensor GoldenTokens(DiscreteVae tokenizer, Tensor tokenizerImages) => tokenizer.EncodeTokens(tokenizerImages.MapPixels());

    /// <summary>Mean cross-entropy at the masked positions, the share of right guesses as an output beside it.</summary>
    public static Tensor MaskedLoss(Tensor logits, Tensor golden, Tensor maskedPositions)
    {
        Tensor targets = golden.Reshape(golden.Shape[0], golden.Shape[1], 1).GatherTokens(maskedPositions).Reshape(logits.Shape[0]);
        logits.Graph.Output("masked_accuracy", logits.StopGradient().Accuracy(targets));
        return logits.CrossEntropy(targets);
    }

    /// <summary>Tokens in place of the masked ones, <c>int [batch, maskedCount]</c>; choosing is a hard cut for gradients.</summary>
    public static Tensor Choose(Tensor logits, Tensor maskedPositions, TokenChoice choice, StepScalar? temperature)
    {
        Tensor cut = logits.StopGradient();
        Tensor tokens = choice switch
        {
            TokenChoice.ArgMax => cut.ArgMax(),
            TokenChoice.Uniform => cut.Graph.SampleUniformTokens(new Shape(cut.Shape[0]), cut.Shape[1]),
            _ => cut.SampleCategorical(temperature),
        };
        return tokens.Reshape(maskedPositions.Shape);
    }

    /// <summary>Pictures of tokens at the enhancer's size, in [0, 1].</summary>
    public static Tensor Decode(DiscreteVae tokenizer, Tensor tokens, CimPretrainOptions options)
    {
        int side = options.GridSize, size = options.ImageSize;
        Tensor decoded = tokenizer.DecodeTokens(tokens.Reshape(tokens.Shape[0], side, side)).LaplaceMeanImage();
        if (options.TokenizerImageSize == size) return decoded;
        return options.Upsampling switch
        {
            UpsamplingMode.Nearest when size % options.TokenizerImageSize == 0 => decoded.UpsampleNearest(size / options.TokenizerImageSize),
            UpsamplingMode.Nearest => throw new ArgumentException($"nearest up-sampling needs an image size that is a multiple of the tokenizer's {options.TokenizerImageSize}, got {size}; use bilinear"),
            UpsamplingMode.Bicubic => decoded.UpsampleBicubic(size, size).Clamp(0f, 1f),
            _ => decoded.UpsampleBilinear(size, size),
        };
    }
}
