using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>The end of a CIM step: norms, the guard against numbers that are not finite, and the optimizer on both networks.</summary>
internal static class CimUpdate
{
    /// <summary>Name of the step scalar that holds the learning rate.</summary>
    public const string LearningRate = "learning_rate";

    /// <summary>Appends the update to the graph that made the gradients, or to one of its own.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="options">Optimizer and clipping.</param>
    /// <param name="counters">Counts applied and skipped steps.</param>
    /// <param name="scalesLosses">Whether the gradients are of scaled losses.</param>
    /// <param name="generatorGradients">Packed.</param>
    /// <param name="enhancerGradients">Packed.</param>
    /// <param name="statistics">Packed: what the enhancer's norms saw; null where they need no statistics.</param>
    /// <param name="losses">Numbers that must be finite beside the gradients.</param>
    /// <returns>The learning rate, to be set before each step.</returns>
    public static StepScalar Add(CimModels models, CimPretrainOptions options, PersistentBuffer counters, bool scalesLosses, Tensor generatorGradients, Tensor enhancerGradients, Tensor? statistics, params Tensor[] losses)
    {
        TensorGraph graph = generatorGradients.Graph;
        Tensor generatorNorm = generatorGradients.GlobalNorm(), enhancerNorm = enhancerGradients.GlobalNorm();
        StepGuardOp guard = graph.GuardStep(counters, scalesLosses, [generatorNorm, enhancerNorm, .. losses]);
        StepScalar learningRate = graph.Scalars.Declare(LearningRate);
        bool joint = options.ClipMode == ClipMode.Joint;
        Tensor jointNorm = joint ? generatorNorm.Square().Add(enhancerNorm.Square()).Sqrt() : generatorNorm;
        Update(models.Generator.Parameters, generatorGradients, jointNorm, guard, learningRate, options.Optimizer, options.GeneratorClipNorm);
        Update(models.Enhancer.Parameters, enhancerGradients, joint ? jointNorm : enhancerNorm, guard, learningRate, options.Optimizer,
            joint ? options.GeneratorClipNorm : options.EnhancerClipNorm);
        if (statistics is not null) models.Enhancer.Trunk.Statistics!.UpdateStatistics(statistics, guard, options.Enhancer.Convolutional!.NormMomentum);
        graph.Output("generator_norm", generatorNorm);
        graph.Output("enhancer_norm", enhancerNorm);
        graph.Output("counters", guard.Counters);
        return learningRate;
    }

    /// <summary>Appends the update from accumulated gradients.</summary>
    /// <param name="graph">A graph of its own.</param>
    /// <param name="models">The networks.</param>
    /// <param name="options">Optimizer and clipping.</param>
    /// <param name="counters">Counts applied and skipped steps.</param>
    /// <param name="scalesLosses">Whether the gradients are of scaled losses.</param>
    public static StepScalar AddFromSums(TensorGraph graph, CimModels models, CimPretrainOptions options, PersistentBuffer counters, bool scalesLosses)
    {
        Tensor Sum(ParameterSet parameters) => graph.All(parameters, parameters.Companion("accumulated_gradients"));
        return Add(models, options, counters, scalesLosses, Sum(models.Generator.Parameters), Sum(models.Enhancer.Parameters),
            models.Enhancer.Trunk.Statistics is { } statistics ? Sum(statistics) : null);
    }

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
