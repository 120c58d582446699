using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>Ops that move no data.</summary>
public static class LayoutExtensions
{
    /// <summary>The same elements under another shape.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="dimensions">Axis lengths; one may be -1 and is then worked out.</param>
    public static Tensor Reshape(this Tensor input, params int[] dimensions)
    {
        int unknown = Array.IndexOf(dimensions, -1);
        if (unknown < 0) return input.Reshape(new Shape(dimensions));
        long known = dimensions.Where(length => length != -1).Aggregate(1L, (product, length) => product * length);
        if (known == 0 || input.Count % known != 0)
            throw new ArgumentException($"reshape: {input.Shape} does not divide into [{string.Join(", ", dimensions)}]", nameof(dimensions));
        int[] lengths = (int[])dimensions.Clone();
        lengths[unknown] = (int)(input.Count / known);
        return input.Reshape(new Shape(lengths));
    }

    /// <summary>The same elements under another shape.</summary>
    /// <param name="input">Any tensor.</param>
    /// <param name="shape">A shape with as many elements.</param>
    public static Tensor Reshape(this Tensor input, Shape shape) => input.Shape == shape ? input : input.Graph.Add(new ReshapeOp(input, shape)).Output;

    /// <summary>The same tensor, through which no gradient flows.</summary>
    /// <param name="input">Any tensor.</param>
    public static Tensor StopGradient(this Tensor input) => input.Graph.Add(new StopGradientOp(input)).Output;

    /// <summary>A tensor of one value everywhere.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shape">Axis lengths.</param>
    /// <param name="value">The value.</param>
    public static Tensor Filled(this TensorGraph graph, Shape shape, float value) => graph.Add(new FilledOp(shape, value)).Output;

    /// <summary>Lays the gradients of a parameter set into its gradient buffer and returns that buffer as one tensor.</summary>
    /// <param name="parameters">The set.</param>
    /// <param name="gradients">One a parameter, in the set's order.</param>
    /// <param name="companion">Name of the buffer among the set's companions.</param>
    /// <returns>All gradients, <c>[paddedCount]</c>; the gaps between parameters hold zeros.</returns>
    public static Tensor PackGradients(this ParameterSet parameters, IReadOnlyList<Tensor> gradients, string companion = "gradients")
    {
        TensorGraph graph = gradients[0].Graph;
        PersistentBuffer buffer = parameters.Companion(companion);
        Tensor target = graph.Persistent(buffer.Name, buffer, 0, new Shape((int)parameters.PaddedCount));
        graph.Add(new PackOp(gradients, target, parameters.Parameters.Select(parameter => parameter.OffsetBytes).ToArray()));
        return target;
    }
}
