using System.Linq;
using NUnit.Framework;

namespace Cim.Vulkan.Data.Tests.Randomness;

public sealed class RandomSequenceTests
{
    [Test]
    public void Integers_are_spread_evenly_over_their_range()
    {
        var counts = new int[7];
        var random = new RandomSequence(5, RandomPurpose.Crop, 0, 0);
        for (var i = 0; i < 70_000; i++) counts[random.NextInt(7)]++;
        // Chi-square with 6 degrees of freedom: 22.5 is exceeded once in a thousand seeds.
        Assert.That(counts.Sum(count => (count - 10_000.0) * (count - 10_000.0) / 10_000), Is.LessThan(22.5));
    }

    [Test]
    public void Doubles_stay_in_the_unit_interval_with_the_mean_one_half()
    {
        var random = new RandomSequence(6, RandomPurpose.Crop, 0, 0);
        var values = Enumerable.Range(0, 20_000).Select(_ => random.NextDouble()).ToArray();
        Assert.That(values.Min(), Is.GreaterThanOrEqualTo(0));
        Assert.That(values.Max(), Is.LessThan(1));
        Assert.That(values.Average(), Is.EqualTo(0.5).Within(0.01));
    }

    [TestCase(2ul, RandomPurpose.Crop, 0, 0)]
    [TestCase(1ul << 40 | 1, RandomPurpose.Crop, 0, 0)]
    [TestCase(1ul, RandomPurpose.MaskPositions, 0, 0)]
    [TestCase(1ul, RandomPurpose.Crop, 1, 0)]
    [TestCase(1ul, RandomPurpose.Crop, 0, 1)]
    public void Every_part_of_the_key_changes_the_sequence(ulong seed, RandomPurpose purpose, int epoch, int index)
    {
        var first = new RandomSequence(1, RandomPurpose.Crop, 0, 0);
        var other = new RandomSequence(seed, purpose, epoch, index);
        Assert.That((other.NextUInt32(), other.NextUInt32()), Is.Not.EqualTo((first.NextUInt32(), first.NextUInt32())));
    }
}
