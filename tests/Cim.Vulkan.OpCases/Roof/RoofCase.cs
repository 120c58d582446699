using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Roof;

/// <summary>The kernels by which a device's roofs are measured: they must do the work that they are timed for.</summary>
public sealed class RoofCase : IOpCases
{
    private const float Factor = 0.75f, Addend = 0.125f;

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int count, int rounds) in new[] { (1, 0), (65, 1), (257, 7), (1000, 40) }) yield return MultiplyAdd(count, rounds);
        foreach (int count in new[] { 4, 260, 1028, 4096 }) yield return Copy(count);
        foreach ((int count, int rounds) in new[] { (1, 0), (3, 1), (65, 7), (130, 40) })
            foreach (OpCase half in Matmul.MatMulCase.HalfForms(Matrix(count, rounds))) yield return half with { NeedsMatrixUnits = true };
    }

    /// <summary>Chains of multiply-adds.</summary>
    public static OpCase MultiplyAdd(int count, int rounds) =>
        new("roof_multiply_add", $"{count} x {rounds}", [CaseInput.Normal("input", new Shape(count), differentiated: false)],
            tensors => [tensors[0].Graph.Add(new RoofMultiplyAddOp(tensors[0], rounds, Factor, Addend)).Output],
            values => [[.. values[0].Select(value => Enumerable.Range(0, RoofMultiplyAddOp.Chains).Sum(chain => Chain(value + chain, rounds)))]])
        {
            GradientTolerance = 0,
        };

    /// <summary>Chains of products of matrices.</summary>
    public static OpCase Matrix(int count, int rounds) =>
        new("roof_matrix", $"{count} x {rounds}", [CaseInput.Normal("input", new Shape(count), differentiated: false)],
            tensors => [tensors[0].Graph.Add(new RoofMatrixOp(tensors[0], rounds, Addend)).Output],
            values => [[.. values[0].Select(value => Enumerable.Range(0, RoofMatrixOp.Chains).Sum(chain => value + chain + (rounds * Addend)))]])
        {
            GradientTolerance = 0,
        };

    /// <summary>A copy.</summary>
    public static OpCase Copy(int count) =>
        new("roof_copy", $"{count}", [CaseInput.Normal("input", new Shape(count), differentiated: false)],
            tensors => [tensors[0].Graph.Add(new RoofCopyOp(tensors[0])).Output], values => [values[0]])
        {
            GradientTolerance = 0,
            IsExact = true,
        };

    private static double Chain(double value, int rounds)
    {
        for (int i = 0; i < rounds; i++) value = (Factor * value) + Addend;
        return value;
    }
}
