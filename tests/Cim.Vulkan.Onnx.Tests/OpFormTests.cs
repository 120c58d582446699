using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases;
using Microsoft.ML.OnnxRuntime;
using NUnit.Framework;

namespace Cim.Vulkan.Onnx.Tests;

/// <summary>Every case of every op through ONNX Runtime against the case's own float64 reference.</summary>
public sealed class OpFormTests
{
    private static readonly OnnxModelInfo s_info = new("case", "test", new Dictionary<string, string>());

    // What training alone needs: gradients, losses, updates, random numbers, the statistics of a batch, and its pictures.
    private static readonly string[] s_withoutForm =
    [
        "scale_by_step_scalar", "divide_by_step_scalar", "scatter_add_rows", "kl_to_uniform", "code_usage_entropy", "code_usage_entropy_by_place", "entropy_terms",
        "cross_entropy", "logit_laplace", "binary_cross_entropy", "batch_norm", "batch_norm_statistics", "accumulate_gradients", "adamw", "copy_weights", "exponential_average", "lamb",
        "sgd", "step_guard", "drop_path", "linear_row_factors", "uniform_noise", "gumbel_noise", "normal_noise", "random_tokens", "sample_categorical", "gumbel_softmax", "roof_multiply_add", "roof_copy",
        "sliding_window_normalize", "resize_crops",
    ];

    private static IEnumerable<string> Ops => Cases.Select(opCase => opCase.Op).Distinct();

    // What NaN is compared with larger values is left open by ONNX.
    private static IEnumerable<OpCase> Cases => OpCaseCatalog.All.Where(opCase => opCase.Variant.Length == 0 && !opCase.IsBenchmark && opCase.Precision == Precision.Float32
        && opCase.Inputs.All(input => !input.IsFloat || input.Floats!.All(float.IsFinite)));

    [TestCaseSource(nameof(Ops))]
    public void Agrees_with_the_reference_or_has_no_form_on_purpose(string op)
    {
        List<string> refusals = [], problems = [];
        int count = 0;
        foreach (OpCase opCase in Cases.Where(opCase => opCase.Op == op))
        {
            try
            {
                if (Compare(opCase) is { } problem) problems.Add($"{opCase}: {problem}");
                count++;
            }
            catch (OnnxException refusal)
            {
                refusals.Add($"{opCase}: {refusal.Message}");
            }
        }
        TestContext.Out.WriteLine($"{count} cases run, {refusals.Count} refused {refusals.FirstOrDefault()}");
        Assert.That(problems, Is.Empty, string.Join(Environment.NewLine, problems));
        Assert.That(refusals.Count > 0, Is.EqualTo(s_withoutForm.Contains(op)), string.Join(Environment.NewLine, refusals));
    }

    private static string? Compare(OpCase opCase)
    {
        var graph = new TensorGraph();
        Tensor[] inputs = [.. opCase.Inputs.Select(input => graph.Input(input.Name, input.Shape, input.IsFloat ? ElementType.Float32 : ElementType.Int32))];
        Tensor[] outputs = opCase.Build(inputs);
        for (int i = 0; i < outputs.Length; i++) graph.Output($"output_{i}", outputs[i]);
        OnnxModel model = OnnxExport.Of(graph, tensor => throw new InvalidOperationException($"{tensor} is no parameter"), s_info);
        using var run = new OnnxRun(model);
        double[][] actual = run.Run([.. opCase.Inputs.Where(input => run.Inputs.ContainsKey(input.Name)).Select(ValueOf)]);
        double[][] expected = opCase.Reference([.. opCase.Inputs.Select(input => input.ToDoubles())]);
        for (int i = 0; i < expected.Length; i++)
        {
            if (actual[i].Length != expected[i].Length) return $"output {i} has {actual[i].Length} values, not {expected[i].Length}";
            double largest = Math.Max(1e-30, expected[i].Max(Math.Abs)), error = actual[i].Zip(expected[i], (left, right) => Math.Abs(left - right)).Max() / largest;
            if (!(error <= opCase.Tolerance)) return $"output {i} is off by {error:E1}";
        }
        return null;
    }

    private static NamedOnnxValue ValueOf(CaseInput input) => input.IsFloat ? OnnxRun.Input(input.Name, input.Shape, input.Floats!) : OnnxRun.Input(input.Name, input.Shape, input.Integers!);
}
