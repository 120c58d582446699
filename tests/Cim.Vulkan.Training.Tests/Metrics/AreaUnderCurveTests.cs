using System;
using NUnit.Framework;

namespace Cim.Vulkan.Training.Tests.Metrics;

public sealed class AreaUnderCurveTests
{
    [TestCase(new float[] { 1, 2, 3, 4 }, new float[] { 0, 0, 1, 1 }, 1)]
    [TestCase(new float[] { 4, 3, 2, 1 }, new float[] { 0, 0, 1, 1 }, 0)]
    [TestCase(new float[] { 1, 1, 1, 1 }, new float[] { 0, 0, 1, 1 }, 0.5)]
    [TestCase(new float[] { 0.1f, 0.4f, 0.35f, 0.8f }, new float[] { 0, 0, 1, 1 }, 0.75)]
    [TestCase(new float[] { 1, 2, 2, 3 }, new float[] { 0, 0, 1, 1 }, 0.875)]
    [TestCase(new float[] { 1, 2 }, new float[] { 1, 1 }, double.NaN)]
    [TestCase(new float[] { 1, float.NaN, 2 }, new float[] { 0, 1, 1 }, double.NaN)]
    [TestCase(new float[0], new float[0], double.NaN)]
    public void Has_known_values(float[] scores, float[] labels, double expected) => Assert.That(new AreaUnderCurve().Of(scores, labels), Is.EqualTo(expected));

    [Test]
    public void Equals_the_count_of_all_pairs()
    {
        var random = new Random(5);
        var curve = new AreaUnderCurve();
        for (int count = 2; count < 200; count += 7)
        {
            var scores = new float[count];
            var labels = new byte[count];
            for (int i = 0; i < count; i++) (scores[i], labels[i]) = (random.Next(20), (byte)random.Next(2));
            (labels[0], labels[1]) = (0, 1);
            Assert.That(curve.Of(scores, labels), Is.EqualTo(OfAllPairs(scores, labels)).Within(1e-12), $"{count} scores");
        }
    }

    [Test]
    public void Leaves_the_scores_in_place_and_allocates_once()
    {
        var curve = new AreaUnderCurve();
        float[] scores = [3, 1, 2], labels = [1, 0, 1];
        curve.Of(scores, labels);
        long before = GC.GetAllocatedBytesForCurrentThread();
        curve.Of(scores, labels);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(scores, Is.EqualTo(new float[] { 3, 1, 2 }));
    }

    [Test]
    public void Refuses_lengths_that_differ() => Assert.That(() => new AreaUnderCurve().Of(new float[2], new float[3]), Throws.ArgumentException);

    private static double OfAllPairs(float[] scores, byte[] labels)
    {
        double wins = 0, pairs = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length; j++)
            {
                if (labels[i] == 0 || labels[j] != 0) continue;
                pairs++;
                wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        }

        return wins / pairs;
    }
}
