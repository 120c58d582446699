using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>Reverse-mode differentiation: appends to the graph the ops that compute gradients.</summary>
public static class Gradients
{
    /// <summary>Gradients of a scalar with respect to tensors; zeros where the scalar does not depend on one.</summary>
    /// <param name="loss">A tensor of one element.</param>
    /// <param name="targets">Parameters, inputs, or anything between.</param>
    /// <returns>One gradient a target, of the target's shape.</returns>
    /// <exception cref="ArgumentException">The loss has more than one element.</exception>
    public static IReadOnlyList<Tensor> Of(Tensor loss, IReadOnlyList<Tensor> targets)
    {
        if (loss.Count != 1) throw new ArgumentException($"gradients: the loss must have one element, got {loss.Shape}", nameof(loss));
        TensorGraph graph = loss.Graph;
        return Through(loss, graph.Filled(loss.Shape, 1f), 0, targets);
    }

    /// <summary>Gradients of a scalar with respect to all parameters of a set that the graph uses.</summary>
    /// <param name="loss">A tensor of one element.</param>
    /// <param name="parameters">The set.</param>
    /// <returns>One gradient a parameter, in the set's order.</returns>
    public static IReadOnlyList<Tensor> Of(Tensor loss, ParameterSet parameters) =>
        Of(loss, parameters.Parameters.Select(loss.Graph.Use).ToArray());

    /// <summary>Carries a result's gradient to tensors, through the ops from one on; zeros where the result does not depend on one.</summary>
    internal static IReadOnlyList<Tensor> Through(Tensor result, Tensor gradientOfResult, int firstOp, IReadOnlyList<Tensor> targets)
    {
        TensorGraph graph = result.Graph;
        HashSet<Tensor> dependent = DependentOn(graph, firstOp, targets);
        var gradients = new Dictionary<Tensor, Tensor> { [result] = gradientOfResult };
        for (int i = result.Producer?.Index ?? -1; i >= firstOp; i--)
        {
            Op op = graph.Ops[i];
            bool reached = op.Outputs.Any(output => gradients.ContainsKey(output));
            if (reached && op.Outputs.Any(dependent.Contains)) Propagate(op, gradients, dependent);
        }
        return targets.Select(target => gradients.TryGetValue(target, out Tensor? gradient) ? gradient : graph.Filled(target.Shape, 0f)).ToArray();
    }

    private static HashSet<Tensor> DependentOn(TensorGraph graph, int firstOp, IReadOnlyList<Tensor> targets)
    {
        var dependent = new HashSet<Tensor>(targets);
        foreach (Op op in graph.Ops.Skip(firstOp))
            if (op is not StopGradientOp && op.Inputs.Any(dependent.Contains))
                foreach (Tensor output in op.Outputs)
                    if (output.ElementType.IsFloat()) dependent.Add(output);
        return dependent;
    }

    private static void Propagate(Op op, Dictionary<Tensor, Tensor> gradients, HashSet<Tensor> dependent)
    {
        bool[] needed = op.Inputs.Select(dependent.Contains).ToArray();
        if (!needed.Any(need => need)) return;
        Tensor?[] outputGradients = op.Outputs.Select(output => gradients.TryGetValue(output, out Tensor? gradient) ? gradient : null).ToArray();
        var context = new GradientContext(op, outputGradients, needed);
        op.Differentiate(context);
        for (int i = 0; i < needed.Length; i++)
        {
            if (!needed[i]) continue;
            Tensor gradient = context.InputGradient(i) ?? throw new InvalidOperationException($"{op.Name}: gave no gradient for input {i}");
            Tensor input = op.Inputs[i];
            gradients[input] = gradients.TryGetValue(input, out Tensor? sum) ? sum.Add(gradient) : gradient;
        }
    }
}
