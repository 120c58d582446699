using System.Collections.Generic;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Running statistics of norms as methods of parameter sets. Such a set is not optimised: a step lays what its norms saw of the batch side by side, and one
/// launch moves all running values towards it.
/// </summary>
public static class RunningStatisticsExtensions
{
    private const string Companion = "batch_statistics";

    /// <summary>Lays a batch's statistics into the set's companion <c>batch_statistics</c>.</summary>
    /// <param name="statistics">The set.</param>
    /// <param name="batch">One tensor a running one, in the set's order.</param>
    /// <returns>All of them, <c>[paddedCount]</c>; of several micro-batches take the mean with <c>AccumulateGradients</c>.</returns>
    public static Tensor PackStatistics(this ParameterSet statistics, IReadOnlyList<Tensor> batch) => statistics.PackGradients(batch, Companion);

    /// <summary>Appends the update of all running statistics: running = (1 - momentum) * running + momentum * batch. A skipped step changes nothing.</summary>
    /// <param name="statistics">The set.</param>
    /// <param name="batch">Packed statistics of the step, <c>[paddedCount]</c>.</param>
    /// <param name="guard">The step's guard.</param>
    /// <param name="momentum">Share of the batch, in [0, 1].</param>
    /// <returns>The running statistics, <c>[paddedCount]</c>.</returns>
    public static Tensor UpdateStatistics(this ParameterSet statistics, Tensor batch, StepGuardOp guard, double momentum)
    {
        TensorGraph graph = batch.Graph;
        return graph.Add(new ExponentialAverageOp(graph.All(statistics, statistics.Values), batch, guard, 1.0 - momentum)).Average;
    }
}
