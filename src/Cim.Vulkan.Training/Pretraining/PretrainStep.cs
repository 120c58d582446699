using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>A whole pre-training step as a graph: forward and backward pass and, where no gradients are accumulated, the update of every network.</summary>
public sealed class PretrainStep
{
    /// <summary>Describes the step.</summary>
    /// <param name="models">The networks.</param>
    /// <param name="options">Method, optimizer, accumulation.</param>
    /// <param name="maskedCount">Masked patches of a picture.</param>
    /// <param name="counters">Of the step's guard, from <see cref="StepCounters.Buffer"/>.</param>
    /// <param name="scalesLosses">Whether the losses are scaled, as gradients in fp16 want.</param>
    public PretrainStep(PretrainModels models, CimPretrainOptions options, int maskedCount, PersistentBuffer counters, bool scalesLosses)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        Passes = models.Describe(options, maskedCount);
        IReadOnlyList<TrainedNetwork> networks = models.Networks;
        Tensor[] gradients = Passes.Differentiate(networks, scalesLosses ? counters : null).Select((parts, i) => networks[i].Parameters.PackGradients(parts)).ToArray();
        Tensor? statistics = models.Enhancer.Trunk.Statistics is { } running ? Passes.BatchStatistics.Pack(running) : null;
        if (options.Accumulate == 1)
        {
            Scalar = PretrainUpdate.Add(models, options, counters, scalesLosses, gradients, statistics, Passes.Losses.Select(loss => loss.Value).ToArray());
            return;
        }
        Scalar = Graph.Scalars.Declare("is_first");
        for (int i = 0; i < gradients.Length; i++) networks[i].Parameters.AccumulateGradients(gradients[i], Scalar, 1f / options.Accumulate);
        if (statistics is not null) models.Enhancer.Trunk.Statistics!.AccumulateGradients(statistics, Scalar, 1f / options.Accumulate);
    }

    /// <summary>The description.</summary>
    public TensorGraph Graph => Passes.Graph;

    /// <summary>The forward pass.</summary>
    public PretrainStepGraph Passes { get; }

    /// <summary>The learning rate or, where gradients are accumulated, whether the pass is a step's first: any bits but 0 say so. To be set before each step.</summary>
    public StepScalar Scalar { get; }
}
