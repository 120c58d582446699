using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>
/// One step of Corrupted Image Modeling as a graph (Fang et al., ICLR 2023): a stage a line, and no stage reads a later one.
/// No gradient passes from the enhancer's loss into the generator's guesses, and none reaches the tokenizer.
/// </summary>
public sealed class CimStepGraph : PretrainStepGraph
{
    private readonly CimModels _models;

    /// <summary>Describes the step.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="options">Objective and choices.</param>
    /// <param name="maskedCount">Masked tokens of a picture.</param>
    public CimStepGraph(CimModels models, CimPretrainOptions options, int maskedCount)
        : base(options)
    {
        _models = models;
        Tensor tokenizerImages = TokenizerImages(), masked = MaskedPositions(maskedCount);
        if (options.TokenChoice == TokenChoice.Sample && options.SamplingTemperature != 1) SamplingTemperature = Graph.Scalars.Declare("sampling_temperature");

        Tensor golden = TokenStages.GoldenTokens(models.Tokenizer, tokenizerImages);
        Tensor logits = models.Generator.Forward(Normalize(Images), masked);
        GeneratorLoss = TokenStages.MaskedLoss(logits, golden, masked);
        Tensor sampled = TokenStages.Choose(logits, masked, options.TokenChoice, SamplingTemperature);
        Tensor corrupted = golden.ScatterIntoTokens(masked, sampled);
        Tensor corruptedImages = TokenStages.Decode(models.Tokenizer, corrupted, options);
        Tensor seen = Normalize(corruptedImages.StopGradient());
        EnhancerLoss = options.Objective == CimObjective.ResPix ? ResPixLoss(seen) : RevDetLoss(seen, golden, corrupted);
        Losses = [new StepLoss("generator", GeneratorLoss, models.Generator.Parameters), new StepLoss("enhancer", EnhancerLoss, models.Enhancer.Parameters, options.EnhancerLossWeight)];
        Graph.Output("corrupted_images", corruptedImages.Slice(0, 0, ShownPictures));
        Graph.Output("golden_tokens", golden);
        Graph.Output("generator_loss", GeneratorLoss);
        Graph.Output("enhancer_loss", EnhancerLoss);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<StepLoss> Losses { get; }

    /// <summary>Mean cross-entropy of the generator at the masked positions.</summary>
    public Tensor GeneratorLoss { get; }

    /// <summary>The enhancer's loss, before its weight.</summary>
    public Tensor EnhancerLoss { get; }

    /// <inheritdoc/>
    public override StepScalar? SamplingTemperature { get; }

    /// <summary>L1 + L2 between predicted pixels and the normalised uncorrupted picture, at every position.</summary>
    private Tensor ResPixLoss(Tensor seen)
    {
        Tensor prediction = _models.Enhancer.Restore(seen, BatchStatistics);
        Graph.Output("prediction", prediction.Slice(0, 0, ShownPictures));
        return PixelTargets.Loss(prediction, PixelTargets.Of(Images, Options, _models.Enhancer.RestoresPatches), Options.Target);
    }

    /// <summary>Binary cross-entropy at every position; a sample that equals the golden token counts as not replaced.</summary>
    private Tensor RevDetLoss(Tensor seen, Tensor golden, Tensor corrupted)
    {
        Tensor logits = _models.Enhancer.Detect(seen, BatchStatistics);
        Tensor replaced = golden.NotEqual(corrupted);
        Graph.Output("revdet_logits", logits);
        Graph.Output("replaced", replaced);
        return logits.BinaryCrossEntropyWithLogits(replaced);
    }
}
