using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Gather;

/// <summary>Cases of <c>gather_rows</c> and <c>scatter_add_rows</c>, on both sides of the change from the direct to the sorted form.</summary>
public sealed class GatherRowsCase : IOpCases
{
    private static readonly (int Rows, int Width, int Count)[] Forms =
    {
        (1, 1, 1), (1, 5, 7), (3, 1, 17), (5, 7, 3), (17, 9, 31), (33, 3, 32), (64, 2, 33), (31, 8, 65), (128, 2, 256), (128, 2, 257), (257, 3, 128),
        (300, 5, 1),
        (512, 3, 65), (1000, 1, 33), (1000, 2, 97), (7, 1, 5000), (2048, 2, 31), (2048, 4, 129), (40, 6, 1025),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int rows, int width, int count) in Forms)
        {
            yield return Gather(rows, width, Indices(rows, count));
            yield return Scatter(rows, width, Indices(rows, count));
        }
        yield return Gather(9, 4, CaseInput.Of("indices", new Shape(5), new[] { 8, 8, 8, 8, 8 }));
        yield return Scatter(1024, 3, CaseInput.Of("indices", new Shape(100), Enumerable.Repeat(77, 100).ToArray()));
        yield return Scatter(1024, 3, CaseInput.Of("indices", new Shape(2, 50), Enumerable.Range(0, 100).Select(i => 1023 - (i * 10)).ToArray()));
        yield return Gather(6, 3, CaseInput.Integer("indices", new Shape(2, 3, 4), 6));
        yield return Gather(8192, 64, Indices(8192, 196)) with { IsBenchmark = true };
        yield return Scatter(2048, 64, Indices(2048, 784)) with { IsBenchmark = true };
    }

    private static CaseInput Indices(int rows, int count) => CaseInput.Integer($"indices{rows}", new Shape(count), rows);

    private static OpCase Gather(int rows, int width, CaseInput indices) =>
        new("gather_rows", $"{rows}x{width} by {indices.Shape}{(indices.Name == "indices" ? " special" : "")}",
            new[] { CaseInput.Normal("table", new Shape(rows, width)), indices },
            inputs => new[] { inputs[0].GatherRows(inputs[1]) },
            values => new[] { Looked(values[0], values[1], width) })
        { IsExact = true };

    private static OpCase Scatter(int rows, int width, CaseInput indices) =>
        new("scatter_add_rows", $"{rows}x{width} by {indices.Shape}{(indices.Name == "indices" ? " special" : "")}",
            new[] { CaseInput.Normal("values", new Shape(indices.Shape.ToList().Append(width).ToArray())), indices },
            inputs => new[] { inputs[0].ScatterAddRows(inputs[1], rows) },
            values => new[] { Added(values[0], values[1], rows, width) });

    private static double[] Looked(double[] table, double[] indices, int width)
    {
        var y = new double[indices.Length * width];
        for (int n = 0; n < indices.Length; n++) Array.Copy(table, (int)indices[n] * width, y, n * width, width);
        return y;
    }

    private static double[] Added(double[] values, double[] indices, int rows, int width)
    {
        var y = new double[rows * width];
        for (int n = 0; n < indices.Length; n++)
            for (int c = 0; c < width; c++) y[((int)indices[n] * width) + c] += values[(n * width) + c];
        return y;
    }
}
