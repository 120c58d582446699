using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;

namespace Cim.Vulkan.Bench;

/// <summary>A piece of work whose kernels a farm survey looks at.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Batch">The batch it is wanted with; halved where that does not fit the device. 1 where there is none.</param>
/// <param name="Plan">Plans it for a device with a batch; nothing is run.</param>
public sealed record FarmWork(string Name, int Batch, Func<DeviceProfile, int, ExecutionPlan> Plan);

/// <summary>What a farm survey plans besides the steps that it is given: the benchmark cases, the products of ViT-B/16 and the ends of its branches.</summary>
internal static class FarmSurveyWork
{
    private const int ImagesPerStep = 64, Tokens = 197;

    // Output and input widths of the linear layers of a block: queries with keys and values, their projection, the two of the MLP.
    private static readonly (int Outputs, int Inputs)[] s_blockWidths = [(2304, 768), (768, 768), (3072, 768), (768, 3072)];

    /// <summary>The cases that <c>cim bench ops</c> times, as the device chooses, with their gradients.</summary>
    public static IEnumerable<FarmWork> Cases() => OpCaseCatalog.All.Where(opCase => opCase is { IsBenchmark: true, Profile: null })
        .Select(opCase => new FarmWork(opCase.ToString(), 1, (profile, _) => new CaseProgram(opCase, opCase.GradientTolerance > 0).Plan(profile, new PlannerOptions())));

    /// <summary>A linear layer's forward product (nt), its input's gradient (nn) and its weight's gradient (tn), each by itself.</summary>
    public static IEnumerable<FarmWork> Products() => Enum.GetValues<Precision>().SelectMany(precision => s_blockWidths.SelectMany(width => new[]
    {
        Product(precision, "nt", width.Outputs, width.Inputs, rows => (new Shape(rows, width.Inputs), new Shape(width.Outputs, width.Inputs))),
        Product(precision, "nn", width.Outputs, width.Inputs, rows => (new Shape(rows, width.Outputs), new Shape(width.Outputs, width.Inputs))),
        Product(precision, "tn", width.Outputs, width.Inputs, rows => (new Shape(rows, width.Outputs), new Shape(rows, width.Inputs))),
    }));

    /// <summary>The ends of both branches of a block with layer scale and dropped branches, and their gradients.</summary>
    public static IEnumerable<FarmWork> Branches() => Enum.GetValues<Precision>().SelectMany(precision => s_blockWidths.Where(width => width.Outputs == 768).Select(width => Branch(precision, width.Inputs)));

    private static FarmWork Branch(Precision precision, int inputs) => new($"ViT-B/16 branch 768x{inputs} {precision}", ImagesPerStep, (profile, batch) =>
    {
        var graph = new TensorGraph();
        Tensor x = graph.Input("x", new Shape(batch, Tokens, inputs)), residual = graph.Input("residual", new Shape(batch, Tokens, 768));
        Tensor weight = graph.Input("weight", new Shape(768, inputs)), bias = graph.Input("bias", new Shape(768)), scale = graph.Input("scale", new Shape(768));
        Tensor y = x.Linear(weight, bias, residual: residual, scale: scale, rowFactors: graph.DropPathFactors(batch, 0.1));
        Tensor[] operands = [x, weight, bias, scale];
        IReadOnlyList<Tensor> gradients = Gradients.Of(y.Square().SumAll(), operands);
        for (int i = 0; i < operands.Length; i++) graph.Output($"grad_{operands[i].Name}", gradients[i]);
        return Planner.Plan(graph, profile, new PlannerOptions { Precision = precision });
    });

    private static FarmWork Product(Precision precision, string layout, int outputs, int inputs, Func<int, (Shape Left, Shape Right)> shapesOf) =>
        new($"ViT-B/16 product {layout} {outputs}x{inputs} {precision}", ImagesPerStep, (profile, batch) =>
        {
            (Shape left, Shape right) = shapesOf(batch * Tokens);
            var graph = new TensorGraph();
            graph.Output("product", graph.Input("left", left).MatMul(graph.Input("right", right), transposeA: layout == "tn", transposeB: layout == "nt"));
            return Planner.Plan(graph, profile, new PlannerOptions { Precision = precision });
        });
}
