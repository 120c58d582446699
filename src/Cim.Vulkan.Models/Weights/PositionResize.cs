using System;

namespace Cim.Vulkan.Models;

/// <summary>Position embeddings and tables of relative positions for another grid than the one that they were trained on.</summary>
public sealed class PositionResize
{
    private const int ClassEmbeddingRows = 1, ClassTableRows = 3;

    private readonly AxisResize? _axis;
    private readonly int _from, _to, _classFrom, _classTo;

    private PositionResize(AxisResize? axis, int from, int to, int classFrom, int classTo)
    {
        (_axis, _from, _to, _classFrom, _classTo) = (axis, from, to, classFrom, classTo);
    }

    /// <summary>Rows of the grid alone, before and after, as text: <c>14x14 to 24x24</c>.</summary>
    public string Text => $"{_from}x{_from} to {_to}x{_to}";

    /// <summary>For position embeddings: bicubic, the class token's row first and as it is.</summary>
    /// <param name="fromRows">Rows there are.</param>
    /// <param name="toRows">Rows that are needed.</param>
    /// <param name="fromClass">Whether the first row there is a class token's.</param>
    /// <param name="toClass">Whether a class token's row is needed.</param>
    /// <returns>Null where the rows make no square grids, or a class token's row is needed that is not there.</returns>
    public static PositionResize? Embedding(int fromRows, int toRows, bool fromClass, bool toClass) =>
        Create(fromRows, toRows, fromClass ? ClassEmbeddingRows : 0, toClass ? ClassEmbeddingRows : 0, AxisResize.Bicubic, isOdd: false);

    /// <summary>For tables of relative positions: a geometric spline, the class token's three rows last and as they are.</summary>
    /// <param name="fromRows">Rows there are.</param>
    /// <param name="toRows">Rows that are needed.</param>
    /// <param name="fromClass">Whether the last three rows there are a class token's.</param>
    /// <param name="toClass">Whether a class token's rows are needed.</param>
    /// <returns>Null where the rows make no square windows, or a class token's rows are needed that are not there.</returns>
    public static PositionResize? Table(int fromRows, int toRows, bool fromClass, bool toClass) =>
        Create(fromRows, toRows, fromClass ? ClassTableRows : 0, toClass ? ClassTableRows : 0, AxisResize.GeometricSpline, isOdd: true);

    /// <summary>The resized rows.</summary>
    /// <param name="values"><c>[rows, width]</c>.</param>
    /// <param name="width">Numbers of a row.</param>
    public float[] Apply(float[] values, int width)
    {
        bool isTable = _classFrom == ClassTableRows;
        int grid = _from * _from * width, start = isTable ? 0 : _classFrom * width;
        float[] resized = _axis is null ? values.AsSpan(start, grid).ToArray() : _axis.ApplySquare(values, start, width);
        if (_classTo == 0) return resized;
        var result = new float[resized.Length + (_classTo * width)];
        resized.CopyTo(result, isTable ? 0 : _classTo * width);
        Array.Copy(values, isTable ? grid : 0, result, isTable ? resized.Length : 0, _classTo * width);
        return result;
    }

    private static PositionResize? Create(int fromRows, int toRows, int classFrom, int classTo, Func<int, int, AxisResize> axis, bool isOdd)
    {
        int from = Side(fromRows - classFrom), to = Side(toRows - classTo);
        if (from < 1 || to < 1 || classTo > classFrom || (isOdd && (from % 2 == 0 || to % 2 == 0))) return null;
        return new PositionResize(from == to ? null : axis(from, to), from, to, classFrom, classTo);
    }

    private static int Side(int rows)
    {
        int side = rows < 1 ? 0 : (int)Math.Round(Math.Sqrt(rows));
        return side * side == rows ? side : 0;
    }
}
