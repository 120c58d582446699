using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>
/// One step of Corrupted Image Modeling as a graph (Fang et al., ICLR 2023): a stage a method, and no stage reads a later one.
/// No gradient passes from the enhancer to the generator, and none reaches the tokenizer.
/// </summary>
public sealed class CimStepGraph
{
    /// <summary>Pictures of a batch that are kept for the grid.</summary>
    public const int GridPictures = 8;

    private readonly CimModels _models;
    private readonly CimPretrainOptions _options;
    private readonly Tensor _images;
    private readonly Tensor _tokenizerImages;
    private readonly Tensor _maskedPositions;

    /// <summary>Describes the step.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="options">Objective and choices.</param>
    /// <param name="maskedCount">Masked tokens of a picture.</param>
    public CimStepGraph(CimModels models, CimPretrainOptions options, int maskedCount)
    {
        _models = models;
        _options = options;
        int batch = options.Batch, size = options.ImageSize, tokenizerSize = options.TokenizerImageSize;
        _images = Graph.Input("images", new Shape(batch, 3, size, size));
        _tokenizerImages = tokenizerSize == size ? _images : Graph.Input("tokenizer_images", new Shape(batch, 3, tokenizerSize, tokenizerSize));
        _maskedPositions = Graph.Input("masked_positions", new Shape(batch, maskedCount), ElementType.Int32);

        Tensor golden = GoldenTokens();
        Tensor logits = PredictMasked();
        GeneratorLoss = GeneratorLossOf(logits, golden);
        Tensor sampled = SampleTokens(logits);
        Tensor corrupted = golden.ScatterIntoTokens(_maskedPositions, sampled);
        Tensor corruptedImages = DecodeImages(corrupted);
        Tensor seen = Normalize(corruptedImages.StopGradient());
        EnhancerLoss = options.Objective == CimObjective.ResPix ? ResPixLoss(seen) : RevDetLoss(seen, golden, corrupted);
        Graph.Output("corrupted_images", corruptedImages.Slice(0, 0, Math.Min(GridPictures, batch)));
        Graph.Output("golden_tokens", golden);
        Graph.Output("generator_loss", GeneratorLoss);
        Graph.Output("enhancer_loss", EnhancerLoss);
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph { get; } = new();

    /// <summary>Mean cross-entropy of the generator at the masked positions.</summary>
    public Tensor GeneratorLoss { get; }

    /// <summary>The enhancer's loss, before its weight.</summary>
    public Tensor EnhancerLoss { get; }

    /// <summary>What the enhancer's norms see of the batch; nothing where they need no statistics.</summary>
    public BatchStatistics BatchStatistics { get; } = new();

    /// <summary>Temperature of sampling, to be set before each step; null where it is 1.</summary>
    public StepScalar? SamplingTemperature { get; private set; }

    /// <summary>Gradients of both losses, one a parameter in each set's order.</summary>
    /// <param name="lossScale">The guard's counters where the gradients are to be of scaled losses; null where not.</param>
    public (IReadOnlyList<Tensor> Generator, IReadOnlyList<Tensor> Enhancer) Differentiate(PersistentBuffer? lossScale = null)
    {
        Tensor Scaled(Tensor loss) => lossScale is null ? loss : loss.ScaleLoss(lossScale);
        Tensor weighted = _options.EnhancerLossWeight == 1 ? EnhancerLoss : EnhancerLoss.Scale((float)_options.EnhancerLossWeight);
        return (Gradients.Of(Scaled(GeneratorLoss), _models.Generator.Parameters), Gradients.Of(Scaled(weighted), _models.Enhancer.Parameters));
    }

    /// <summary>The tokenizer's arg-max over its vocabulary, without noise: <c>int [batch, tokens]</c>.</summary>
    private Tensor GoldenTokens() => _models.Tokenizer.EncodeTokens(_tokenizerImages.MapPixels());

    /// <summary>The generator's logits at the masked positions, seen from the visible patches: <c>[batch * maskedCount, vocabularySize]</c>.</summary>
    private Tensor PredictMasked() => _models.Generator.Forward(Normalize(_images), _maskedPositions);

    private Tensor GeneratorLossOf(Tensor logits, Tensor golden)
    {
        Tensor targets = golden.Reshape(golden.Shape[0], golden.Shape[1], 1).GatherTokens(_maskedPositions).Reshape(logits.Shape[0]);
        Graph.Output("masked_accuracy", logits.StopGradient().Accuracy(targets));
        return logits.CrossEntropy(targets);
    }

    /// <summary>The replacing tokens, <c>int [batch, maskedCount]</c>; choosing is a hard cut for gradients.</summary>
    private Tensor SampleTokens(Tensor logits)
    {
        Tensor cut = logits.StopGradient();
        if (_options.TokenChoice == TokenChoice.Sample && _options.SamplingTemperature != 1) SamplingTemperature = Graph.Scalars.Declare("sampling_temperature");
        Tensor tokens = _options.TokenChoice switch
        {
            TokenChoice.ArgMax => cut.ArgMax(),
            TokenChoice.Uniform => Graph.SampleUniformTokens(new Shape(cut.Shape[0]), cut.Shape[1]),
            _ => cut.SampleCategorical(SamplingTemperature),
        };
        return tokens.Reshape(_maskedPositions.Shape);
    }

    /// <summary>Pictures of the corrupted tokens at the enhancer's size, in [0, 1]: all that the enhancer sees.</summary>
    private Tensor DecodeImages(Tensor corrupted)
    {
        int side = _models.Geometry.GridSide, size = _options.ImageSize;
        Tensor decoded = _models.Tokenizer.DecodeTokens(corrupted.Reshape(corrupted.Shape[0], side, side)).LaplaceMeanImage();
        if (_options.TokenizerImageSize == size) return decoded;
        return _options.Upsampling switch
        {
            UpsamplingMode.Nearest when size % _options.TokenizerImageSize == 0 => decoded.UpsampleNearest(size / _options.TokenizerImageSize),
            UpsamplingMode.Nearest => throw new ArgumentException($"nearest up-sampling needs an image size that is a multiple of the tokenizer's {_options.TokenizerImageSize}, got {size}; use bilinear"),
            UpsamplingMode.Bicubic => decoded.UpsampleBicubic(size, size).Clamp(0f, 1f),
            _ => decoded.UpsampleBilinear(size, size),
        };
    }

    /// <summary>L1 + L2 between predicted pixels and the normalised uncorrupted picture, at every position.</summary>
    private Tensor ResPixLoss(Tensor seen)
    {
        Tensor prediction = _models.Enhancer.Restore(seen, BatchStatistics);
        Tensor target = ResPixTarget().StopGradient();
        Tensor l1 = prediction.L1Loss(target), l2 = prediction.L2Loss(target);
        Graph.Output("l1_loss", l1);
        Graph.Output("l2_loss", l2);
        Graph.Output("prediction", prediction.Slice(0, 0, Math.Min(GridPictures, _options.Batch)));
        return l1.Scale((float)_options.Target.L1Weight).Add(l2.Scale((float)_options.Target.L2Weight));
    }

    private Tensor ResPixTarget()
    {
        TargetOptions target = _options.Target;
        bool asPatches = _models.Enhancer.RestoresPatches;
        if (target.Normalization == TargetNormalization.Patch)
        {
            Tensor patches = PatchTargets.Normalize(_images.Patchify(_options.PatchSize), (float)target.Epsilon);
            return asPatches ? patches : patches.Unpatchify(_options.PatchSize, _images.Shape[1], _images.Shape[2], _images.Shape[3]);
        }
        Tensor pixels = target.Normalization == TargetNormalization.SlidingWindow ? _images.SlidingWindowNormalize(target.Window, (float)target.Epsilon, target.Pooled) : _images;
        return asPatches ? pixels.Patchify(_options.PatchSize) : pixels;
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

    /// <summary>Pictures in [0, 1] as the transformers see them.</summary>
    internal static Tensor Normalize(Tensor images) => ImagePreprocessing.ImageNet.Normalize(images);
}
