using System;

namespace Cim.Vulkan.Models;

/// <summary>
/// The interpolating cubic spline whose third derivative is continuous at the second and the last place but one ("not-a-knot"); through three
/// places a parabola, through two a line. Outside it goes on with the outermost value.
/// </summary>
internal sealed class CubicSpline
{
    private readonly double[] _places, _values, _curvatures;

    public CubicSpline(double[] places, double[] values)
    {
        (_places, _values) = (places, values);
        _curvatures = places.Length < 3 ? new double[places.Length] : Curvatures();
    }

    /// <summary>The value at a place.</summary>
    public double At(double place)
    {
        int last = _places.Length - 1;
        place = Math.Clamp(place, _places[0], _places[last]);
        if (last == 0) return _values[0];
        int i = 0;
        while (i < last - 1 && place > _places[i + 1]) i++;
        double step = Step(i), left = (_places[i + 1] - place) / step, right = (place - _places[i]) / step;
        return (left * _values[i]) + (right * _values[i + 1]) + (((((left * left * left) - left) * _curvatures[i]) + (((right * right * right) - right) * _curvatures[i + 1])) * step * step / 6);
    }

    private double Step(int i) => _places[i + 1] - _places[i];

    private double[] Curvatures()
    {
        int count = _places.Length;
        var matrix = new double[count, count + 1];
        for (int i = 1; i < count - 1; i++)
        {
            matrix[i, i - 1] = Step(i - 1);
            matrix[i, i] = 2 * (Step(i - 1) + Step(i));
            matrix[i, i + 1] = Step(i);
            matrix[i, count] = 6 * (((_values[i + 1] - _values[i]) / Step(i)) - ((_values[i] - _values[i - 1]) / Step(i - 1)));
        }

        if (count == 3)
        {
            // A parabola: the same curvature everywhere.
            (matrix[0, 0], matrix[0, 1], matrix[2, 1], matrix[2, 2]) = (1, -1, -1, 1);
            return Solve(matrix, count);
        }

        (matrix[0, 0], matrix[0, 1], matrix[0, 2]) = (Step(1), -(Step(0) + Step(1)), Step(0));
        (matrix[count - 1, count - 3], matrix[count - 1, count - 2], matrix[count - 1, count - 1]) = (Step(count - 2), -(Step(count - 3) + Step(count - 2)), Step(count - 3));
        return Solve(matrix, count);
    }

    // Gauss with pivots; a few dozen unknowns.
    private static double[] Solve(double[,] matrix, int count)
    {
        for (int column = 0; column < count; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < count; row++)
                if (Math.Abs(matrix[row, column]) > Math.Abs(matrix[pivot, column])) pivot = row;
            for (int k = column; k <= count && pivot != column; k++) (matrix[column, k], matrix[pivot, k]) = (matrix[pivot, k], matrix[column, k]);
            for (int row = column + 1; row < count; row++)
            {
                double factor = matrix[row, column] / matrix[column, column];
                for (int k = column; k <= count && factor != 0; k++) matrix[row, k] -= factor * matrix[column, k];
            }
        }

        var solution = new double[count];
        for (int row = count - 1; row >= 0; row--)
        {
            double rest = matrix[row, count];
            for (int k = row + 1; k < count; k++) rest -= matrix[row, k] * solution[k];
            solution[row] = rest / matrix[row, row];
        }

        return solution;
    }
}
