using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Models;

/// <summary>What the norms of a network saw of one batch. A training step collects it in forward and moves the running statistics towards it at its end.</summary>
public sealed class BatchStatistics
{
    private readonly Dictionary<Parameter, Tensor> _seen = new();

    /// <summary>Notes what belongs to a running statistic.</summary>
    /// <param name="running">The running statistic.</param>
    /// <param name="batch">The batch's, of the same shape.</param>
    /// <exception cref="InvalidOperationException">The network was run twice: each forward needs statistics of its own.</exception>
    public void Add(Parameter running, Tensor batch)
    {
        if (_seen.ContainsKey(running)) throw new InvalidOperationException($"batch statistics: {running.Name} is there already; collect every forward by itself");
        _seen.Add(running, batch);
    }

    /// <summary>Lays them side by side like the running ones: <c>[paddedCount]</c>.</summary>
    /// <param name="statistics">The network's running statistics.</param>
    /// <exception cref="InvalidOperationException">Some norm was not run.</exception>
    public Tensor Pack(ParameterSet statistics)
    {
        Parameter? missing = statistics.Parameters.FirstOrDefault(running => !_seen.ContainsKey(running));
        if (missing is not null) throw new InvalidOperationException($"batch statistics: nothing was seen for {missing.Name}; run the network in training first");
        return statistics.PackStatistics(statistics.Parameters.Select(running => _seen[running]).ToArray());
    }
}
