using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Masking;

public sealed class BlockwiseMaskTests
{
    /// <summary>Means of an independent simulation of BEiT's procedure on 14x14 tokens.</summary>
    [TestCase(75, 74.5, 55)]
    [TestCase(100, 99.5, 75)]
    [TestCase(120, 119.6, 95)]
    public void Counts_before_filling_follow_the_simulated_statistics(int target, double mean, int floor)
    {
        var counts = Enumerable.Range(0, 4000).Select(index => Draw(target, index).Count).ToArray();
        Assert.That(counts.Average(), Is.EqualTo(mean).Within(0.2));
        Assert.That(counts.Max(), Is.EqualTo(target));
        Assert.That(counts.Min(), Is.GreaterThan(floor));
        Assert.That(counts.Count(count => count == target) / 4000.0, Is.EqualTo(2.0 / 3).Within(0.15));
    }

    [Test]
    public void The_returned_count_is_the_number_of_set_positions()
    {
        for (var index = 0; index < 200; index++)
        {
            var (count, mask) = Draw(110, index);
            Assert.That(mask.Count(set => set), Is.EqualTo(count));
        }
    }

    [Test]
    public void Blocks_have_more_masked_neighbours_than_random_masks()
    {
        Assert.That(MaskedNeighbours(MaskKind.Blockwise), Is.GreaterThan(1.3 * MaskedNeighbours(MaskKind.Random)));
    }

    private static (int Count, bool[] Mask) Draw(int target, int index)
    {
        var mask = new bool[196];
        var random = new RandomSequence(11, RandomPurpose.MaskPositions, 0, index);
        return (BlockwiseMask.Draw(mask, 14, 14, target, ref random), mask);
    }

    private static int MaskedNeighbours(MaskKind kind)
    {
        var masks = new MaskGenerator(new MaskOptions(14, 14) { Kind = kind }, seed: 4);
        var positions = new int[75];
        var pairs = 0;
        for (var row = 0; row < 100; row++)
        {
            masks.Fill(positions, 0, row);
            pairs += positions.Count(position => position % 14 < 13 && positions.Contains(position + 1));
        }

        return pairs;
    }
}
