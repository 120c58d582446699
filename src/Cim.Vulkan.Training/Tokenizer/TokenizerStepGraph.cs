using System.Collections.Generic;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>
/// One step of tokenizer training as a graph (Ramesh et al. 2021): encode, relax by Gumbel-softmax, decode, logit-Laplace likelihood, KL to the
/// uniform prior, and a term for the use of all codes.
/// </summary>
public sealed class TokenizerStepGraph
{
    private readonly DiscreteVae _tokenizer;
    private readonly TokenizerTrainingOptions _options;
    private readonly bool _scalesLoss;

    /// <summary>Describes the step up to its gradients.</summary>
    /// <param name="tokenizer">The network.</param>
    /// <param name="options">Sizes and weights.</param>
    /// <param name="lossScale">The guard's counters where the gradients are to be of the scaled loss; null where not.</param>
    public TokenizerStepGraph(DiscreteVae tokenizer, TokenizerTrainingOptions options, PersistentBuffer? lossScale = null)
    {
        (_tokenizer, _options, _scalesLoss) = (tokenizer, options, lossScale is not null);
        Temperature = Graph.Scalars.Declare("temperature");
        KlWeight = Graph.Scalars.Declare("kl_weight");
        LearningRate = Graph.Scalars.Declare(PretrainUpdate.LearningRate);
        Tensor pixels = new PictureInputs(Graph, options, options.ImageSize).At("images", options.ImageSize, CropFilter.Bicubic).MapPixels();

        Tensor logits = tokenizer.Encode(pixels);
        Tensor code = logits.GumbelSoftmax(Temperature, axis: 1);
        Tensor statistics = tokenizer.DecodeSoft(code);
        Tensor likelihood = statistics.LogitLaplaceLoss(pixels);
        Tensor divergence = logits.KlToUniform();
        Tensor usage = logits.CodeUsageEntropy();
        Loss = likelihood.Add(divergence.Scale(KlWeight)).Subtract(usage.Scale((float)options.UsageWeight));
        if (options.PlaceUsageWeight > 0) Loss = Loss.Subtract(logits.CodeUsageEntropyByPlace().Scale((float)options.PlaceUsageWeight));
        Gradients = Cim.Vulkan.Graph.Gradients.Of(lossScale is null ? Loss : Loss.ScaleLoss(lossScale), tokenizer.Parameters);
        Graph.Output("loss", Loss);
        Graph.Output("likelihood", likelihood);
        Graph.Output("divergence", divergence);
        Graph.Output("usage_entropy", usage);
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph { get; } = new();

    /// <summary>What is made small.</summary>
    public Tensor Loss { get; }

    /// <summary>The loss' gradients, one a parameter in the set's order.</summary>
    public IReadOnlyList<Tensor> Gradients { get; }

    /// <summary>Gumbel-softmax temperature, to be set before each step.</summary>
    public StepScalar Temperature { get; }

    /// <summary>Weight of the KL term, to be set before each step.</summary>
    public StepScalar KlWeight { get; }

    /// <summary>Learning rate, to be set before each step.</summary>
    public StepScalar LearningRate { get; }

    /// <summary>Appends the update: clipping, the guard against numbers that are not finite, AdamW, the average of the weights.</summary>
    /// <param name="counters">Counts applied and skipped steps.</param>
    public void AddUpdate(PersistentBuffer counters)
    {
        Tensor gradients = _tokenizer.Parameters.PackGradients(Gradients);
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = Graph.GuardStep(counters, _scalesLoss, Loss, norm);
        AdamWOptions options = PretrainUpdate.AdamW(_options.Optimizer, _options.ClipNorm) with { AverageDecay = _options.EmaDecay > 0 ? _options.EmaDecay : null };
        _tokenizer.Parameters.UpdateByAdamW(gradients, norm, guard, LearningRate, options);
        Graph.Output("gradient_norm", norm);
        Graph.Output("counters", guard.Counters);
    }
}
