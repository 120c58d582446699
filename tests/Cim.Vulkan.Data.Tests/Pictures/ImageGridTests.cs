using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Pictures;

public sealed class ImageGridTests
{
    [Test]
    public void A_grid_reads_back_as_it_was_put_together()
    {
        var grid = new ImageGrid(rows: 2, columns: 3, cellWidth: 4, cellHeight: 4, separator: 1);
        grid.SetImage(1, 2, Planes(4, 1f, 0.2f, -5f), 4, 4);
        grid.SetImage(0, 0, Planes(2, 0.4f, float.NaN, 9f), 2, 2);
        grid.SetHeatMap(0, 1, [0f, 1f, 1f, 0f], 2, 2);

        var picture = TestPictures.Decode(grid.ToPng());
        Assert.That((picture.Width, picture.Height), Is.EqualTo((14, 9)));
        Assert.That(At(picture, 11, 6), Is.EqualTo(new byte[] { 255, 51, 0 }));
        Assert.That(At(picture, 3, 3), Is.EqualTo(new byte[] { 102, 0, 255 }));
        Assert.That(At(picture, 4, 0), Is.EqualTo(new byte[] { 255, 255, 255 }), "separator");
        Assert.That(At(picture, 0, 8), Is.EqualTo(new byte[] { 0, 0, 0 }), "empty cell");
        Assert.That(At(picture, 5, 0).Sum(value => value), Is.LessThan(At(picture, 8, 0).Sum(value => value)), "heat map");
    }

    [Test]
    public void Wrong_sizes_are_refused_with_the_sizes()
    {
        var grid = new ImageGrid(1, 1, 4, 4);
        Assert.That(() => grid.SetImage(0, 0, new float[10], 4, 4), Throws.ArgumentException.With.Message.Contains("48"));
        Assert.That(() => grid.SetImage(0, 1, new float[48], 4, 4), Throws.ArgumentException.With.Message.Contains("(0, 1)"));
        Assert.That(() => grid.SetImage(0, 0, new float[27], 3, 3), Throws.ArgumentException.With.Message.Contains("3x3"));
    }

    private static float[] Planes(int side, params float[] colour) => [.. colour.SelectMany(value => Enumerable.Repeat(value, side * side))];

    private static byte[] At(PixelBuffer picture, int x, int y) => picture.Pixels.Slice(3 * (y * picture.Width + x), 3).ToArray();
}
