using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>A step's passes as a graph, with the words for what it computes.</summary>
/// <param name="graph">Forward and backward pass, no update.</param>
/// <param name="parameters">Sets that the graph reads.</param>
public sealed class StepDescription(TensorGraph graph, IReadOnlyList<ParameterSet> parameters)
{
    private readonly Dictionary<Tensor, string> _names = new();

    /// <summary>Forward and backward pass.</summary>
    public TensorGraph Graph => graph;

    /// <summary>Sets that the graph reads.</summary>
    public IReadOnlyList<ParameterSet> Parameters => parameters;

    /// <summary>Every float tensor that an op writes, in the order in which they are computed.</summary>
    public IReadOnlyList<Tensor> Results => graph.Ops.Where(op => op.ViewOfInput < 0).SelectMany(op => op.Outputs).Where(tensor => tensor.ElementType == ElementType.Float32).ToArray();

    /// <summary>Names a tensor; the first name of a tensor stays.</summary>
    /// <param name="name">As in "the loss".</param>
    /// <param name="tensor">A tensor of the graph.</param>
    public void Add(string name, Tensor tensor) => _names.TryAdd(Storage(tensor), name);

    /// <summary>Names gradients after their parameters.</summary>
    /// <param name="set">The parameters.</param>
    /// <param name="gradients">One a parameter, in the set's order.</param>
    public void AddGradients(ParameterSet set, IReadOnlyList<Tensor> gradients)
    {
        for (int i = 0; i < gradients.Count; i++) Add($"the gradient of {set.Name}'s {set.Parameters[i].Name}", gradients[i]);
    }

    /// <summary>The words for a result: its name, or its op with the parameter that was read last.</summary>
    /// <param name="result">One of <see cref="Results"/>.</param>
    public string NameOf(Tensor result)
    {
        if (_names.TryGetValue(result, out string? name)) return name;
        int last = result.Producer!.Index;
        Tensor? parameter = graph.Ops.Take(last + 1).Reverse().SelectMany(op => op.Inputs).FirstOrDefault(input => input.Source == TensorSource.Persistent);
        return $"{result}{(parameter is null ? "" : $" near {parameter.Name}")}";
    }

    private static Tensor Storage(Tensor tensor)
    {
        while (tensor.Producer is { ViewOfInput: >= 0 } view) tensor = view.Inputs[view.ViewOfInput];
        return tensor;
    }
}
