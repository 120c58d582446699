using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.OpCases.Elementwise;

namespace Cim.Vulkan.OpCases.Matmul;

/// <summary>Linear layers that end a branch: scaled by column, by groups of rows (dropped ones among them) or both, with and without bias and residual.</summary>
public sealed class LinearFactorsCase : IOpCases
{
    private const float Kept = 1f / 0.9f;

    private static readonly (Shape Input, int Outputs)[] Sizes =
    {
        (new(3, 7), 5), (new(2, 3, 4, 8), 8), (new(1, 1), 1), (new(17, 16), 31), (new(65, 20), 33),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((bool scale, bool factors) in new[] { (true, false), (false, true), (true, true) })
        {
            foreach (bool residual in new[] { false, true })
            {
                foreach (bool bias in new[] { false, true })
                    foreach ((Shape input, int outputs) in bias ? Sizes : Sizes.Take(2))
                        foreach (OpCase both in MatMulCase.BothForms(Case(input, outputs, bias, scale, factors, residual))) yield return both;
                // Few tiles and a long inner dimension: the epilogue moves to the step that adds the pieces.
                foreach (OpCase both in MatMulCase.BothForms(Case(new Shape(6, 1028), 6, true, scale, factors, residual))) yield return both;
                foreach ((Shape input, int outputs) in Sizes.Append((new Shape(6, 1028), 6)).Append((new Shape(130, 64), 136)))
                    foreach (OpCase half in MatMulCase.HalfForms(Case(input, outputs, true, scale, factors, residual))) yield return half;
            }
        }
        OpCase wide = Case(new Shape(1030, 8), 1028, true, true, true, true) with { DifferenceCount = 2 };
        yield return wide with { Profile = profile => profile with { IsCpu = false, VendorId = 0x10DE }, Variant = "wide tiles" };
        foreach (bool factors in new[] { false, true })
        {
            OpCase branch = Case(new Shape(2, 197, 768), 768, true, true, factors, true) with { IsBenchmark = true, GradientTolerance = 0 };
            yield return branch;
            yield return branch with { Name = $"{branch.Name} as several ops", Build = SeveralOps };
        }
    }

    private static OpCase Case(Shape input, int outputs, bool hasBias, bool hasScale, bool hasFactors, bool hasResidual)
    {
        int width = input[-1], rows = (int)input.Count / width, groups = Enumerable.Range(2, rows).FirstOrDefault(count => rows % count == 0, 1);
        var operands = new List<CaseInput> { CaseInput.Normal("x", input), CaseInput.Normal("weight", new Shape(outputs, width), 1f / MathF.Sqrt(width)) };
        if (hasBias) operands.Add(CaseInput.Normal("bias", new Shape(outputs)));
        if (hasResidual) operands.Add(CaseInput.Normal("residual", input.With(-1, outputs)));
        // A scale of 0 has a gradient too.
        if (hasScale) operands.Add(CaseInput.Of("scale", new Shape(outputs), Enumerable.Range(0, outputs).Select(i => (i % 5 - 1) / 4f).ToArray()));
        if (hasFactors) operands.Add(CaseInput.Of("factors", new Shape(groups), Enumerable.Range(0, groups).Select(i => i % 3 == 1 ? 0f : Kept).ToArray(), differentiated: false));
        string name = string.Join(" ", new[]
        {
            $"{Walk.NameOf(input)} to {outputs}", hasBias ? "bias" : "", hasScale ? "scale" : "", hasFactors ? $"{groups} factors" : "", hasResidual ? "residual" : "",
        }.Where(word => word.Length > 0));
        return new OpCase(hasFactors ? "linear_row_factors" : "linear_scale", name, operands,
            tensors =>
            {
                Tensor? Operand(string operand) => operands.FindIndex(other => other.Name == operand) is var at && at >= 0 ? tensors[at] : null;
                return new[] { tensors[0].Linear(tensors[1], Operand("bias"), residual: Operand("residual"), scale: Operand("scale"), rowFactors: Operand("factors")) };
            },
            values =>
            {
                double[]? Operand(string operand) => operands.FindIndex(other => other.Name == operand) is var at && at >= 0 ? values[at] : null;
                double[] result = Product.Of(values[0], values[1], rows, outputs, width, transposeB: true);
                double[]? bias = Operand("bias"), scale = Operand("scale"), factors = Operand("factors"), residual = Operand("residual");
                for (int i = 0; i < result.Length; i++)
                {
                    double value = result[i] + (bias?[i % outputs] ?? 0.0);
                    result[i] = (value * (scale?[i % outputs] ?? 1.0) * (factors?[i / outputs / (rows / groups)] ?? 1.0)) + (residual?[i] ?? 0.0);
                }
                return new[] { result };
            });
    }

    // Bias, residual and scale are there; factors may be.
    private static Tensor[] SeveralOps(Tensor[] tensors)
    {
        Tensor branch = tensors[0].Linear(tensors[1], tensors[2]).Multiply(tensors[4]);
        if (tensors.Length > 5) branch = branch.Multiply(tensors[5].Reshape(-1, 1, 1));
        return new[] { tensors[3].Add(branch) };
    }
}
