using System;
using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>A whole step of CIM as a graph: forward and backward pass and, where no gradients are accumulated, the update of both networks.</summary>
public sealed class CimStep
{
    /// <summary>Describes the step.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="options">Objective, optimizer, accumulation.</param>
    /// <param name="maskedCount">Masked tokens of a picture.</param>
    /// <param name="counters">Of the step's guard, from <see cref="StepCounters.Buffer"/>.</param>
    /// <param name="scalesLosses">Whether the losses are scaled, as gradients in fp16 want.</param>
    public CimStep(CimModels models, CimPretrainOptions options, int maskedCount, PersistentBuffer counters, bool scalesLosses)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        Passes = new CimStepGraph(models, options, maskedCount);
        (IReadOnlyList<Tensor> generator, IReadOnlyList<Tensor> enhancer) = Passes.Differentiate(scalesLosses ? counters : null);
        Tensor generatorGradients = models.Generator.Parameters.PackGradients(generator);
        Tensor enhancerGradients = models.Enhancer.Parameters.PackGradients(enhancer);
        Tensor? statistics = models.Enhancer.Trunk.Statistics is { } running ? Passes.BatchStatistics.Pack(running) : null;
        if (options.Accumulate == 1)
        {
            Scalar = CimUpdate.Add(models, options, counters, scalesLosses, generatorGradients, enhancerGradients, statistics, Passes.GeneratorLoss, Passes.EnhancerLoss);
            return;
        }
        Scalar = Graph.Scalars.Declare("is_first");
        models.Generator.Parameters.AccumulateGradients(generatorGradients, Scalar, 1f / options.Accumulate);
        models.Enhancer.Parameters.AccumulateGradients(enhancerGradients, Scalar, 1f / options.Accumulate);
        if (statistics is not null) models.Enhancer.Trunk.Statistics!.AccumulateGradients(statistics, Scalar, 1f / options.Accumulate);
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph => Passes.Graph;

    /// <summary>The forward pass.</summary>
    public CimStepGraph Passes { get; }

    /// <summary>The learning rate or, where gradients are accumulated, whether the pass is a step's first: any bits but 0 say so. To be set before each step.</summary>
    public StepScalar Scalar { get; }
}
