using System;
using System.Linq;

namespace Cim.Vulkan.Training.Tests.Probing;

/// <summary>Features drawn at random around a centre for each class.</summary>
internal static class DrawnFeatures
{
    /// <summary>Classes that do not overlap: centres far from each other, the same for every seed.</summary>
    public static FeatureSet Clusters(int count, int classes, int width, int seed, double spread = 0.3)
    {
        Random centres = new(99), random = new(seed);
        double[][] centre = Enumerable.Range(0, classes).Select(_ => Draw(centres, width)).ToArray();
        int[] labels = Enumerable.Range(0, count).Select(i => i % classes).ToArray();
        float[] values = labels.SelectMany(label => Draw(random, width).Zip(centre[label], (noise, middle) => (float)(5 + (3 * (middle + (spread * noise)))))).ToArray();
        return new FeatureSet(values, labels, width);
    }

    public static FeatureSet Shuffled(FeatureSet features, int seed)
    {
        int[] labels = (int[])features.Labels.Clone();
        new Random(seed).Shuffle(labels);
        return features with { Labels = labels };
    }

    private static double[] Draw(Random random, int width) =>
        Enumerable.Range(0, width).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())).ToArray();
}
