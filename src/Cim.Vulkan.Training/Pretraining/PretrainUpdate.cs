using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>The end of a pre-training step: norms, the guard against numbers that are not finite, and the optimizer on every network.</summary>
internal static class PretrainUpdate
{
    /// <summary>Name of the step scalar that holds the learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Appends the update to the graph that made the gradients, or to one of its own.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="options">Optimizer and clipping.</param>
    /// <param name="counters">Counts applied and skipped steps.</param>
    /// <param name="scalesLosses">Whether the gradients are of scaled losses.</param>
    /// <param name="gradients">Packed, one tensor a network.</param>
    /// <param name="statistics">Packed: what the enhancer's norms saw; null where they need no statistics.</param>
    /// <param name="losses">Numbers that must be finite beside the gradients.</param>
    /// <returns>The learning rate, to be set before each step.</returns>
    public static StepScalar Add(PretrainModels models, CimPretrainOptions options, PersistentBuffer counters, bool scalesLosses, IReadOnlyList<Tensor> gradients, Tensor? statistics, params Tensor[] losses)
    {
        TensorGraph graph = gradients[0].Graph;
        IReadOnlyList<TrainedNetwork> networks = models.Networks;
        Tensor[] norms = gradients.Select(gradient => gradient.GlobalNorm()).ToArray();
        StepGuardOp guard = graph.GuardStep(counters, scalesLosses, [.. norms, .. losses]);
        StepScalar learningRate = graph.Scalars.Declare(LearningRate);
        Tensor? joint = options.ClipMode == ClipMode.Joint && norms.Length > 1 ? norms.Select(norm => norm.Square()).Aggregate((sum, next) => sum.Add(next)).Sqrt() : null;
        for (int i = 0; i < norms.Length; i++)
            Update(networks[i].Parameters, gradients[i], joint ?? norms[i], guard, learningRate, options.Optimizer, joint is null ? networks[i].ClipNorm : options.GeneratorClipNorm);
        if (statistics is not null) models.Enhancer.Trunk.Statistics!.UpdateStatistics(statistics, guard, options.Enhancer.Convolutional!.NormMomentum);
        for (int i = 0; i < norms.Length; i++) graph.Output(NormOf(networks[i].Parameters.Name), norms[i]);
        graph.Output("counters", guard.Counters);
        return learningRate;
    }

    /// <summary>Appends the update from accumulated gradients.</summary>
    /// <param name="graph">A graph of its own.</param>
    /// <param name="models">The networks.</param>
    /// <param name="options">Optimizer and clipping.</param>
    /// <param name="counters">Counts applied and skipped steps.</param>
    /// <param name="scalesLosses">Whether the gradients are of scaled losses.</param>
    public static StepScalar AddFromSums(TensorGraph graph, PretrainModels models, CimPretrainOptions options, PersistentBuffer counters, bool scalesLosses)
    {
        Tensor Sum(ParameterSet parameters) => graph.All(parameters, parameters.Companion("accumulated_gradients"));
        return Add(models, options, counters, scalesLosses, models.Networks.Select(network => Sum(network.Parameters)).ToArray(),
            models.Enhancer.Trunk.Statistics is { } statistics ? Sum(statistics) : null);
    }

    /// <summary>The output with the norm of a network's gradient.</summary>
    /// <param name="network">Its name.</param>
    public static string NormOf(string network) => $"{network}_norm";

    private static void Update(ParameterSet parameters, Tensor gradients, Tensor norm, StepGuardOp guard, StepScalar learningRate, OptimizerOptions options, double clipNorm)
    {
        switch (options.Kind)
        {
            case OptimizerKind.Lamb:
                parameters.UpdateByLamb(gradients, norm, guard, learningRate, new LambOptions
                {
                    Beta1 = options.Beta1, Beta2 = options.Beta2, Epsilon = options.Epsilon, WeightDecay = options.WeightDecay, ClipNorm = clipNorm,
                });
                break;
            case OptimizerKind.Sgd:
                parameters.UpdateBySgd(gradients, norm, guard, learningRate, new SgdOptions { Momentum = options.Beta1, WeightDecay = options.WeightDecay, ClipNorm = clipNorm });
                break;
            default:
                parameters.UpdateByAdamW(gradients, norm, guard, learningRate, AdamW(options, clipNorm));
                break;
        }
    }

    /// <summary>AdamW's constants.</summary>
    /// <param name="options">Of the run.</param>
    /// <param name="clipNorm">Largest norm; 0 for no clipping.</param>
    public static AdamWOptions AdamW(OptimizerOptions options, double clipNorm) => new()
    {
        Beta1 = options.Beta1,
        Beta2 = options.Beta2,
        Epsilon = options.Epsilon,
        WeightDecay = options.WeightDecay,
        ClipNorm = clipNorm,
    };
}
