using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Layout;

/// <summary>Cases of <c>concat</c>.</summary>
public sealed class ConcatCase : IOpCases
{
    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach (int axis in new[] { 0, 1, 2, -1 })
        {
            yield return Case(new[] { 2, 3, 5 }, axis, 1);
            yield return Case(new[] { 2, 3, 5 }, axis, 1, 4);
            yield return Case(new[] { 1, 3, 7 }, axis, 3, 1, 2);
            yield return Case(new[] { 7, 1, 3 }, axis, 1, 1, 1, 5, 2);
        }
        foreach (int axis in new[] { 0, 1 })
        {
            yield return Case(new[] { 31, 17 }, axis, 65, 1);
            yield return Integers(new[] { 5, 7 }, axis, 3, 9);
        }
        yield return Case(new[] { 13 }, 0, 1, 64, 7);
        yield return Case(new[] { 2, 3, 5, 7 }, 1, 4, 2);
        yield return Case(new[] { 2, 3, 5, 7 }, 2, 1, 6);
        yield return Case(new[] { 4, 1, 768 }, 1, 1, 196) with { IsBenchmark = true };
    }

    private static OpCase Case(int[] lengths, int axis, params int[] parts) => Make("", lengths, axis, parts,
        (name, shape) => CaseInput.Normal(name, shape), 1e-3);

    private static OpCase Integers(int[] lengths, int axis, params int[] parts) => Make("int ", lengths, axis, parts,
        (name, shape) => CaseInput.Integer(name, shape, 1000), 0);

    private static OpCase Make(string kind, int[] lengths, int axis, int[] parts, Func<string, Shape, CaseInput> input, double gradientTolerance)
    {
        int resolved = axis < 0 ? axis + lengths.Length : axis;
        CaseInput[] inputs = parts.Select((length, i) => input($"part{i}", new Shape(lengths).With(resolved, length))).ToArray();
        int outer = lengths.Take(resolved).Aggregate(1, (product, length) => product * length);
        int inner = lengths.Skip(resolved + 1).Aggregate(1, (product, length) => product * length);
        return new OpCase("concat", $"{kind}{string.Join("x", lengths)} axis {axis} parts {string.Join("+", parts)}", inputs,
            tensors => new[] { tensors[0].Concat(axis, tensors.Skip(1).ToArray()) },
            values => new[] { Joined(values, parts, outer, inner) }) with
        { IsExact = true, GradientTolerance = gradientTolerance };
    }

    private static double[] Joined(double[][] values, int[] parts, int outer, int inner)
    {
        var y = new List<double>();
        for (int row = 0; row < outer; row++)
            for (int part = 0; part < parts.Length; part++)
                for (int i = 0; i < parts[part] * inner; i++) y.Add(values[part][(row * parts[part] * inner) + i]);
        return y.ToArray();
    }
}
