using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph.Tests.Planning;

/// <summary>Small graphs for tests of the planner.</summary>
internal static class Graphs
{
    /// <summary>Ops picked at random over tensors of very different sizes, with a few outputs.</summary>
    public static TensorGraph Random(int seed, int opCount)
    {
        var random = new System.Random(seed);
        var graph = new TensorGraph();
        var pool = new List<Tensor>();
        for (int i = 0; i < 6; i++) pool.Add(graph.Input($"input{i}", new Shape(random.Next(1, 40), 64)));
        for (int i = 0; i < opCount; i++)
        {
            // Recent tensors more often: the shape of real programs.
            Tensor first = pool[pool.Count - 1 - (int)(pool.Count * Math.Pow(random.NextDouble(), 3))];
            Tensor[] partners = pool.Where(tensor => tensor.Shape == first.Shape).ToArray();
            pool.Add(random.Next(5) switch
            {
                0 => first.Gelu().Scale(i + 2f),
                1 => first.Scale(i + 2f),
                2 => first.Add(partners[random.Next(partners.Length)]).Scale(i + 2f),
                3 => first.Multiply(first.Mean(new[] { 0 }, keepDimensions: true).Scale(i + 2f)),
                _ => first.Reshape(-1).Scale(i + 2f).Reshape(first.Shape),
            });
        }
        for (int i = 0; i < 3; i++) graph.Output($"output{i}", pool[pool.Count - 1 - i]);
        return graph;
    }

    /// <summary>A network of two layers with a bias, its loss, its gradients packed, and an op that reads the pack.</summary>
    public static (TensorGraph Graph, ParameterSet Parameters, Tensor Packed) Training()
    {
        var parameters = new ParameterSet("net");
        Parameter gain = parameters.Add("gain", new Shape(8, 70), Initializer.Ones), bias = parameters.Add("bias", new Shape(70), Initializer.Zeros);
        Parameter unused = parameters.Add("unused", new Shape(3), Initializer.Zeros);
        var graph = new TensorGraph();
        Tensor hidden = graph.Input("x", new Shape(8, 70)).Multiply(graph.Use(gain)).Add(graph.Use(bias)).Gelu();
        Tensor loss = hidden.Square().MeanAll();
        IReadOnlyList<Tensor> gradients = Graph.Gradients.Of(loss, parameters);
        Tensor packed = parameters.PackGradients(gradients);
        graph.Output("loss", loss);
        graph.Output("norm", packed.Square().SumAll().Sqrt());
        _ = unused;
        return (graph, parameters, packed);
    }
}
