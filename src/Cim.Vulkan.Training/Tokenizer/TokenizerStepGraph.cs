using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>
/// One step of tokenizer training as a graph (Ramesh et al. 2021): encode, relax by Gumbel-softmax, decode, logit-Laplace likelihood, KL to the
/// uniform prior, and a term for the use of all codes.
/// </summary>
public sealed class TokenizerStepGraph
{
    /// <summary>Describes the step with its update.</summary>
    /// <param name="tokenizer">The network.</param>
    /// <param name="options">Sizes and weights.</param>
    /// <param name="counters">Counts applied and skipped steps.</param>
    public TokenizerStepGraph(DiscreteVae tokenizer, TokenizerTrainingOptions options, PersistentBuffer counters)
    {
        Temperature = Graph.Scalars.Declare("temperature");
        KlWeight = Graph.Scalars.Declare("kl_weight");
        LearningRate = Graph.Scalars.Declare(CimUpdate.LearningRate);
        Tensor pixels = Graph.Input("images", new Shape(options.Batch, 3, options.ImageSize, options.ImageSize)).MapPixels();

        Tensor logits = tokenizer.Encode(pixels);
        Tensor code = logits.GumbelSoftmax(Temperature, axis: 1);
        Tensor statistics = tokenizer.DecodeSoft(code);
        Tensor likelihood = statistics.LogitLaplaceLoss(pixels);
        Tensor divergence = logits.KlToUniform();
        Tensor usage = logits.CodeUsageEntropy();
        Tensor loss = likelihood.Add(divergence.Scale(KlWeight)).Subtract(usage.Scale((float)options.UsageWeight));

        Tensor gradients = tokenizer.Parameters.PackGradients(Gradients.Of(loss, tokenizer.Parameters));
        Tensor norm = gradients.GlobalNorm();
        StepGuardOp guard = Graph.GuardStep(counters, loss, norm);
        tokenizer.Parameters.UpdateByAdamW(gradients, norm, guard, LearningRate, CimUpdate.AdamW(options.Optimizer, options.ClipNorm));
        if (options.EmaDecay > 0) tokenizer.Parameters.UpdateAverage(guard, options.EmaDecay);
        Graph.Output("loss", loss);
        Graph.Output("likelihood", likelihood);
        Graph.Output("divergence", divergence);
        Graph.Output("usage_entropy", usage);
        Graph.Output("gradient_norm", norm);
        Graph.Output("counters", guard.Counters);
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph { get; } = new();

    /// <summary>Gumbel-softmax temperature, to be set before each step.</summary>
    public StepScalar Temperature { get; }

    /// <summary>Weight of the KL term, to be set before each step.</summary>
    public StepScalar KlWeight { get; }

    /// <summary>Learning rate, to be set before each step.</summary>
    public StepScalar LearningRate { get; }
}
