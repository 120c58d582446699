using System;

namespace Cim.Vulkan.Graph;

/// <summary>What keeps a tokenizer's codes in use.</summary>
public static class CodeUsageExtensions
{
    /// <summary>Mean over batch and grid of the divergence of softmax(logits) from the uniform distribution, <c>[1]</c>.</summary>
    /// <param name="logits"><c>[batch, vocabularySize, height, width]</c>.</param>
    public static Tensor KlToUniform(this Tensor logits) =>
        logits.Graph.Add(new KlToUniformOp(RequireGrid("kl_to_uniform", logits), axis: 1)).Output.MeanAll();

    /// <summary>
    /// Entropy of the mean over batch and grid of softmax(logits), <c>[1]</c>: ln(vocabularySize) where all codes are used alike, 0 where one is.
    /// </summary>
    /// <param name="logits"><c>[batch, vocabularySize, height, width]</c>.</param>
    public static Tensor CodeUsageEntropy(this Tensor logits) =>
        RequireGrid("code_usage_entropy", logits).SoftmaxChannels().Mean(0, 2, 3).EntropyTerms().SumAll();

    /// <summary>
    /// Mean over the grid of the entropy of the batch's mean of softmax(logits) at a place, <c>[1]</c>. Codes that stand for a place rather than for
    /// what is seen there leave <see cref="CodeUsageEntropy"/> as high as it can be, and this one low.
    /// </summary>
    /// <param name="logits"><c>[batch, vocabularySize, height, width]</c>.</param>
    public static Tensor CodeUsageEntropyByPlace(this Tensor logits) =>
        RequireGrid("code_usage_entropy_by_place", logits).SoftmaxChannels().Mean(0).EntropyTerms().SumAll().Scale(1f / (logits.Shape[2] * logits.Shape[3]));

    private static Tensor RequireGrid(string name, Tensor logits) => logits.Shape.Rank == 4
        ? logits
        : throw new ArgumentException($"{name}: logits must be [batch, vocabularySize, height, width], got {logits.Shape}", nameof(logits));
}
