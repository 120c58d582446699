using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>NumPy's broadcasting: shapes are aligned at the innermost axis, and an axis of length 1 stretches.</summary>
internal static class Broadcasting
{
    public const int MaxRank = 4;

    /// <summary>The shape both operands stretch to.</summary>
    public static Shape Join(string name, Shape left, Shape right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        var lengths = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            int a = LengthAt(left, i, rank), b = LengthAt(right, i, rank);
            if (a != b && a != 1 && b != 1) throw new ArgumentException($"{name}: shapes {left} and {right} do not match and do not broadcast");
            lengths[i] = Math.Max(a, b);
        }
        return new Shape(lengths);
    }

    /// <summary>
    /// The fewest axes that walk the output and all operands: neighbouring axes merge where every operand steps through them evenly.
    /// Returns the merged lengths and one list of strides an operand.
    /// </summary>
    public static (int[] Lengths, uint[][] Strides) Merge(Shape output, params Shape[] operands)
    {
        var lengths = new List<int>();
        var strides = operands.Select(_ => new List<long>()).ToArray();
        for (int axis = 0; axis < output.Rank; axis++)
        {
            if (output[axis] == 1) continue;
            long[] steps = operands.Select(operand => StrideAt(operand, axis, output.Rank)).ToArray();
            bool merges = lengths.Count > 0 && Enumerable.Range(0, steps.Length).All(i => strides[i][strides[i].Count - 1] == steps[i] * output[axis]);
            if (merges) lengths[lengths.Count - 1] *= output[axis];
            else lengths.Add(output[axis]);
            for (int i = 0; i < steps.Length; i++)
            {
                if (merges) strides[i][strides[i].Count - 1] = steps[i];
                else strides[i].Add(steps[i]);
            }
        }
        return (lengths.ToArray(), strides.Select(list => list.Select(stride => (uint)stride).ToArray()).ToArray());
    }

    private static int LengthAt(Shape shape, int axis, int rank) => axis < rank - shape.Rank ? 1 : shape[axis - (rank - shape.Rank)];

    private static long StrideAt(Shape shape, int axis, int rank)
    {
        int own = axis - (rank - shape.Rank);
        return own < 0 || shape[own] == 1 ? 0 : shape.Stride(own);
    }
}
