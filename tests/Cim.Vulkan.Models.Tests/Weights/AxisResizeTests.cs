using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Models.Tests.Weights;

/// <summary>Grids are resized as PyTorch and SciPy do it; their numbers stand here.</summary>
public sealed class AxisResizeTests
{
    private const double BicubicTolerance = 2e-6, SplineTolerance = 3e-5;

    // PyTorch 1.13, float64: interpolate(grid, size, mode="bicubic", align_corners=False).
    private static readonly double[] s_bicubic3To5 =
    [
        -1.556432, -0.962328, 0.024, 1.010328, 1.604432,
        -0.53932, -0.36628, -0.079, 0.20828, 0.38132,
        0.572, 0.263, -0.25, -0.763, -1.072,
        0.05576, -0.12346, -0.421, -0.71854, -0.89776,
        -0.602912, -0.573248, -0.524, -0.474752, -0.445088,
    ];

    private static readonly double[] s_bicubic5To3 =
    [
        -0.493484, 0.513889, 0.607425,
        -0.5, -0.5, -0.5,
        0.086677, 0.37037, -0.04381,
    ];

    private static readonly double[] s_bicubic4To6 =
    [
        -1.525487, -0.823568, 0.38091, 1.422295, 0.676866, -0.515088,
        -0.296848, -0.208252, -0.067772, 0.017479, 0.313721, 0.553602,
        0.545826, 0.165102, -0.524821, -1.200759, -0.208071, 1.045465,
        -0.480722, -0.442934, -0.47873, -0.648447, -0.532326, -0.346988,
        0.361952, -0.225342, -0.668484, -0.299452, -0.067627, 0.000651,
        1.590591, 0.238688, -0.857551, -0.182072, 0.527371, 0.929263,
    ];

    // SciPy 1.10: RectBivariateSpline of degree 3 without smoothing, through places of a geometric row.
    private static readonly double[] s_spline7To9 =
    [
        -1.25, -1.3223, 0.59672, 1.25, -0.25, 1.0, 0.07927, -1.39517, 0.74999,
        1.15182, 1.15337, -0.67376, -0.68, 1.89776, 0.37972, -0.50733, -0.40408, -1.06881,
        0.03541, 0.45719, -0.66037, -0.96643, 0.4196, 0.18017, -0.37178, -0.76317, -1.15165,
        -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5,
        1.25, -0.34804, -0.74752, -0.0, 0.75, -1.25, -0.98092, 0.57636, 0.25,
        0.25, -1.89776, -0.4196, 0.5, -0.75, 0.75, 0.02937, -1.29063, 1.0,
        -0.69763, -2.48291, -0.53123, 0.96643, -0.02937, 0.48205, -0.13238, -1.15777, -0.4008,
        -0.45259, -1.09089, -0.5714, 0.68, 1.29063, -1.07895, -0.91823, 0.16532, -1.92034,
        1.0, 2.38202, 0.54987, -1.25, -1.0, -0.75, -0.56366, -0.36378, -0.25,
    ];

    private static readonly double[] s_spline7To5 =
    [
        -0.26911, -1.00273, 0.98281, 0.24509, -0.49508,
        -0.5, -0.5, -0.5, -0.5, -0.5,
        -0.75266, 0.0, 0.75, -1.25, -0.51673,
        -0.98281, 0.5, -0.75, 0.75, -0.48527,
        -1.23293, 1.00273, 0.48527, 0.01681, -0.49427,
    ];

    private static readonly TestCaseData[] s_cases =
    [
        new(AxisResize.Bicubic(3, 5), s_bicubic3To5, BicubicTolerance) { TestName = "Bicubic_3_to_5" },
        new(AxisResize.Bicubic(5, 3), s_bicubic5To3, BicubicTolerance) { TestName = "Bicubic_5_to_3" },
        new(AxisResize.Bicubic(4, 6), s_bicubic4To6, BicubicTolerance) { TestName = "Bicubic_4_to_6" },
        new(AxisResize.GeometricSpline(7, 9), s_spline7To9, SplineTolerance) { TestName = "Spline_7_to_9" },
        new(AxisResize.GeometricSpline(7, 5), s_spline7To5, SplineTolerance) { TestName = "Spline_7_to_5" },
    ];

    [TestCaseSource(nameof(s_cases))]
    public void A_grid_is_resized_as_elsewhere(AxisResize axis, double[] expected, double tolerance)
    {
        float[] resized = axis.ApplySquare(Grid(axis.From), 0, 1);
        Assert.That(resized.Select(value => (double)value), Is.EqualTo(expected).Within(tolerance));
    }

    [Test]
    public void Vectors_are_resized_number_by_number()
    {
        var axis = AxisResize.Bicubic(4, 6);
        float[] grid = Grid(4), pairs = [.. new float[5], .. grid.SelectMany(value => new[] { value, 10 - value })];
        float[] one = axis.ApplySquare(grid, 0, 1), two = axis.ApplySquare(pairs, 5, 2);
        Assert.That(two.Where((_, i) => i % 2 == 0), Is.EqualTo(one));
        Assert.That(two.Where((_, i) => i % 2 == 1), Is.EqualTo(one.Select(value => 10 - value)).Within(1e-5));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    public void A_spline_through_a_constant_is_that_constant(int from) =>
        Assert.That(AxisResize.GeometricSpline(from, 7).ApplySquare([.. Enumerable.Repeat(2.5f, from * from)], 0, 1), Is.EqualTo(Enumerable.Repeat(2.5f, 49)).Within(1e-6));

    [Test]
    public void The_class_token_s_row_of_positions_stays_first_and_as_it_is()
    {
        float[] values = [100, .. Grid(3)];
        var resize = PositionResize.Embedding(10, 26, fromClass: true, toClass: true)!;
        float[] resized = resize.Apply(values, 1);
        Assert.That(resized[0], Is.EqualTo(100));
        Assert.That(resized[1..].Select(value => (double)value), Is.EqualTo(s_bicubic3To5).Within(BicubicTolerance));
        Assert.That(PositionResize.Embedding(10, 25, fromClass: true, toClass: false)!.Apply(values, 1), Is.EqualTo(resized[1..]));
        Assert.That(PositionResize.Embedding(9, 26, fromClass: false, toClass: true), Is.Null, "a class token cannot be made up");
        Assert.That(PositionResize.Embedding(10, 25, fromClass: false, toClass: false), Is.Null, "ten rows are no square");
    }

    [Test]
    public void The_class_token_s_three_rows_of_a_table_stay_last_and_as_they_are()
    {
        float[] values = [.. Grid(7), 100, 200, 300];
        float[] resized = PositionResize.Table(52, 84, fromClass: true, toClass: true)!.Apply(values, 1);
        Assert.That(resized[^3..], Is.EqualTo(new float[] { 100, 200, 300 }));
        Assert.That(resized[..^3].Select(value => (double)value), Is.EqualTo(s_spline7To9).Within(SplineTolerance));
    }

    private static float[] Grid(int side) => [.. Enumerable.Range(0, side * side).Select(at => ((((at / side * 7) + (at % side * 5) + (at / side * (at % side) * 3)) % 11) - 5) / 4f)];
}
