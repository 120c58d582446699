using System;

namespace Cim.Vulkan.Models;

/// <summary>
/// How each of an axis's new values is made of the old ones: a matrix <c>[to, from]</c>, in double. Two of them resize a square grid.
/// </summary>
public sealed class AxisResize
{
    // The steepness of Keys' kernel that most libraries take.
    private const double Steepness = -0.75;

    private const double LeastRatio = 1.01, MostRatio = 1.5, RatioTolerance = 1e-6;

    private readonly double[,] _weights;

    private AxisResize(double[,] weights) => _weights = weights;

    /// <summary>Old values.</summary>
    public int From => _weights.GetLength(1);

    /// <summary>New values.</summary>
    public int To => _weights.GetLength(0);

    /// <summary>Bicubic interpolation (Keys 1981) between centres of pixels, the outermost values repeated: for position embeddings.</summary>
    /// <param name="from">Old values, at least 1.</param>
    /// <param name="to">New values, at least 1.</param>
    public static AxisResize Bicubic(int from, int to)
    {
        var weights = new double[to, from];
        for (int i = 0; i < to; i++)
        {
            double at = ((i + 0.5) * from / to) - 0.5;
            int floor = (int)Math.Floor(at);
            for (int tap = -1; tap <= 2; tap++) weights[i, Math.Clamp(floor + tap, 0, from - 1)] += Keys(at - floor - tap);
        }

        return new AxisResize(weights);
    }

    /// <summary>
    /// For tables by relative position (Bao et al. 2021): the old distances are stretched by a geometric row until they span the new ones, and a
    /// cubic spline through them gives the values between; near distances, which matter most, stay nearly where they were.
    /// </summary>
    /// <param name="from">Old values, odd: distances from -n to n.</param>
    /// <param name="to">New values, odd.</param>
    public static AxisResize GeometricSpline(int from, int to)
    {
        if (from % 2 == 0 || to % 2 == 0) throw new ArgumentException($"distances to both sides and none are an odd number, got {from} and {to}");
        double[] places = Places(from / 2, to / 2);
        var weights = new double[to, from];
        for (int unit = 0; unit < from; unit++)
        {
            var values = new double[from];
            values[unit] = 1;
            var spline = new CubicSpline(places, values);
            for (int i = 0; i < to; i++) weights[i, unit] = spline.At(i - (to / 2));
        }

        return new AxisResize(weights);
    }

    /// <summary>Resizes a square grid of vectors by this axis, both ways.</summary>
    /// <param name="values"><c>[from * from, width]</c>, row by row.</param>
    /// <param name="start">Where the grid starts in the values.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <returns><c>[to * to, width]</c>.</returns>
    public float[] ApplySquare(float[] values, int start, int width)
    {
        var rows = new double[To * From * width];
        for (int i = 0; i < To; i++)
            for (int row = 0; row < From; row++)
            {
                double weight = _weights[i, row];
                if (weight == 0) continue;
                for (int k = 0; k < From * width; k++) rows[(i * From * width) + k] += weight * values[start + (row * From * width) + k];
            }

        var result = new float[To * To * width];
        var sum = new double[width];
        for (int i = 0; i < To * To; i++)
        {
            Array.Clear(sum, 0, width);
            for (int column = 0; column < From; column++)
                for (int k = 0; k < width; k++) sum[k] += _weights[i % To, column] * rows[((((i / To) * From) + column) * width) + k];
            for (int k = 0; k < width; k++) result[(i * width) + k] = (float)sum[k];
        }

        return result;
    }

    private static double Keys(double distance)
    {
        double x = Math.Abs(distance);
        if (x <= 1) return (((((Steepness + 2) * x) - (Steepness + 3)) * x) * x) + 1;
        return x < 2 ? (((((Steepness * x) - (5 * Steepness)) * x) + (8 * Steepness)) * x) - (4 * Steepness) : 0;
    }

    // Distances 1, 1 + q, 1 + q + q^2 and on, to both sides; q such that the last is the new largest.
    private static double[] Places(int from, int to)
    {
        double low = LeastRatio, high = MostRatio;
        while (high - low > RatioTolerance)
        {
            double middle = (low + high) / 2;
            if ((1 - Math.Pow(middle, from)) / (1 - middle) > to) high = middle;
            else low = middle;
        }

        double ratio = (low + high) / 2, distance = 0;
        var places = new double[(2 * from) + 1];
        for (int i = 1; i <= from; i++)
        {
            distance += Math.Pow(ratio, i - 1);
            places[from + i] = distance;
            places[from - i] = -distance;
        }

        return places;
    }
}
