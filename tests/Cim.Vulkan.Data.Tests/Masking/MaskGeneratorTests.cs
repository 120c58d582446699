using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Masking;

public sealed class MaskGeneratorTests
{
    [TestCase(14, 14, 100, 120)]
    [TestCase(8, 8, 33, 39)]
    [TestCase(1, 1, 1, 1)]
    public void Default_counts_keep_the_share_of_the_paper(int height, int width, int minimum, int maximum)
    {
        var options = new MaskOptions(height, width);
        Assert.That((options.MinimumCount, options.MaximumCount), Is.EqualTo((minimum, maximum)));
    }

    [Test]
    public void Counts_of_the_steps_reach_both_ends_of_the_range()
    {
        var masks = new MaskGenerator(new MaskOptions(14, 14), seed: 1);
        var counts = Enumerable.Range(0, 500).Select(step => masks.CountFor(0, step)).ToArray();
        Assert.That((counts.Min(), counts.Max()), Is.EqualTo((100, 120)));
    }

    [Test]
    public void Positions_are_ascending_distinct_and_inside_the_grid(
        [Values] MaskKind kind, [Values(1, 35, 64)] int count)
    {
        var masks = new MaskGenerator(new MaskOptions(8, 8) { Kind = kind }.WithCount(count), seed: 2);
        var positions = new int[count];
        for (var row = 0; row < 200; row++)
        {
            masks.Fill(positions, epoch: 1, row);
            Assert.That(positions, Is.Ordered.Ascending);
            Assert.That(positions, Is.Unique);
            Assert.That(positions.First(), Is.GreaterThanOrEqualTo(0));
            Assert.That(positions.Last(), Is.LessThan(64));
        }
    }

    [Test]
    public void Random_masks_take_every_position_equally_often()
    {
        var masks = new MaskGenerator(new MaskOptions(8, 8).WithCount(32), seed: 3);
        var (counts, positions) = (new int[64], new int[32]);
        for (var row = 0; row < 4000; row++)
        {
            masks.Fill(positions, 0, row);
            foreach (var position in positions) counts[position]++;
        }

        Assert.That(counts.Min(), Is.GreaterThan(1840));
        Assert.That(counts.Max(), Is.LessThan(2160));
    }

    [Test]
    public void Masks_are_a_function_of_seed_epoch_and_row()
    {
        Assert.That(Draw(1, 2, 3), Is.EqualTo(Draw(1, 2, 3)));
        Assert.That(Draw(9, 2, 3), Is.Not.EqualTo(Draw(1, 2, 3)));
        Assert.That(Draw(1, 9, 3), Is.Not.EqualTo(Draw(1, 2, 3)));
        Assert.That(Draw(1, 2, 9), Is.Not.EqualTo(Draw(1, 2, 3)));
    }

    [Test]
    public void Counts_that_do_not_fit_the_grid_are_refused() =>
        Assert.That(() => new MaskGenerator(new MaskOptions(4, 4).WithCount(17), 0), Throws.ArgumentException.With.Message.Contains("17"));

    private static int[] Draw(ulong seed, int epoch, int row)
    {
        var positions = new int[110];
        new MaskGenerator(new MaskOptions(14, 14), seed).Fill(positions, epoch, row);
        return positions;
    }
}
