using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>Linear layers with every combination of bias, activation and residual.</summary>
public sealed class LinearCase : IOpCases
{
    private static readonly (Shape Input, int Outputs)[] Sizes =
    {
        (new(1), 1), (new(5), 3), (new(1, 1), 1), (new(3, 7), 5), (new(4, 8), 12), (new(17, 16), 31), (new(2, 5, 12), 9), (new(2, 3, 4, 8), 7),
        (new(65, 20), 33), (new(100, 24), 8),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((Shape input, int outputs) in Sizes)
            foreach (bool bias in new[] { false, true })
                foreach (Activation activation in Enum.GetValues<Activation>())
                    foreach (bool residual in new[] { false, true })
                        foreach (OpCase both in MatMulCase.BothForms(Case(input, outputs, bias, activation, residual, false))) yield return both;
        foreach ((Shape input, int outputs) in Sizes)
            foreach (bool residual in new[] { false, true })
                foreach (OpCase both in MatMulCase.BothForms(Case(input, outputs, true, Activation.Gelu, residual, true))) yield return both;
        // Few tiles and a long inner dimension: the epilogue moves to the step that adds the pieces.
        foreach (Activation activation in Enum.GetValues<Activation>())
            foreach (bool residual in new[] { false, true })
                foreach (OpCase both in MatMulCase.BothForms(Case(new Shape(5, 1028), 6, true, activation, residual, true))) yield return both;
        foreach ((Shape input, int outputs) in Sizes.Append((new Shape(5, 1028), 6)).Append((new Shape(130, 64), 136)))
            foreach (Activation activation in Enum.GetValues<Activation>())
                foreach (bool residual in new[] { false, true })
                    foreach (OpCase half in MatMulCase.HalfForms(Case(input, outputs, true, activation, residual, true))) yield return half;
        yield return Case(new Shape(2, 197, 768), 768, true, Activation.None, true, false) with { IsBenchmark = true, GradientTolerance = 0 };
        yield return Case(new Shape(2, 197, 384), 1536, true, Activation.Gelu, false, true) with { IsBenchmark = true, GradientTolerance = 0 };
    }

    /// <summary>A linear layer.</summary>
    /// <param name="input">Shape of the input.</param>
    /// <param name="outputs">Width of the output.</param>
    /// <param name="hasBias">Whether it has a bias.</param>
    /// <param name="activation">Applied after the bias.</param>
    /// <param name="hasResidual">Whether it has a residual.</param>
    /// <param name="recompute">See <see cref="LinearExtensions.Linear"/>.</param>
    public static OpCase Case(Shape input, int outputs, bool hasBias, Activation activation, bool hasResidual, bool recompute)
    {
        int width = input[-1], rows = (int)input.Count / width;
        var operands = new List<CaseInput> { CaseInput.Normal("x", input), CaseInput.Normal("weight", new Shape(outputs, width), 1f / MathF.Sqrt(width)) };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(outputs)));
        if (hasResidual) operands.Add(CaseInput.Normal("residual", input.With(-1, outputs)));
        string name = string.Join(" ", new[]
        {
            $"{Walk.NameOf(input)} to {outputs}", hasBias ? "bias" : "", activation == Activation.None ? "" : activation.ToString().ToLowerInvariant(),
            hasResidual ? "residual" : "", recompute ? "recompute" : "",
        }.Where(word => word.Length > 0));
        return new OpCase("linear", name, operands,
            tensors => new[]
            {
                tensors[0].Linear(tensors[1], hasBias ? tensors[2] : null, activation, hasResidual ? tensors[tensors.Length - 1] : null, recompute),
            },
            values => new[] { Reference(values, rows, outputs, width, hasBias, activation, hasResidual) })
        {
            DifferenceStep = activation == Activation.Relu ? 1e-7 : 1e-5,
        };
    }

    private static double[] Reference(double[][] values, int rows, int outputs, int width, bool hasBias, Activation activation, bool hasResidual)
    {
        double[] result = Product.Of(values[0], values[1], rows, outputs, width, transposeB: true);
        for (int i = 0; i < result.Length; i++)
        {
            double value = result[i] + (hasBias ? values[2][i % outputs] : 0.0);
            if (activation == Activation.Relu) value = Math.Max(value, 0.0);
            if (activation == Activation.Gelu) value = 0.5 * value * (1.0 + UnaryCase.ErrorFunction(value / Math.Sqrt(2.0)));
            result[i] = value + (hasResidual ? values[values.Length - 1][i] : 0.0);
        }
        return result;
    }
}
