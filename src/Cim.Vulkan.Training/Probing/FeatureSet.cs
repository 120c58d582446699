using System;

namespace Cim.Vulkan.Training;

/// <summary>Features of labelled pictures.</summary>
/// <param name="Values"><c>[count, width]</c>.</param>
/// <param name="Labels">Class of each picture.</param>
/// <param name="Width">Values a picture.</param>
public sealed record FeatureSet(float[] Values, int[] Labels, int Width)
{
    /// <summary>Pictures.</summary>
    public int Count => Labels.Length;

    /// <summary>The features of a picture.</summary>
    /// <param name="index">Position in the set.</param>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(index * Width, Width);

    /// <summary>Share of the pictures whose class was guessed.</summary>
    /// <param name="guesses">A class for each picture.</param>
    public double Accuracy(ReadOnlySpan<int> guesses)
    {
        int right = 0;
        for (int i = 0; i < Count; i++) right += guesses[i] == Labels[i] ? 1 : 0;
        return (double)right / Count;
    }

    /// <summary>Share of the most frequent class: what a constant guess could hit.</summary>
    /// <param name="classes">Number of classes.</param>
    public double LargestClassShare(int classes)
    {
        var counts = new int[classes];
        int largest = 0;
        foreach (int label in Labels) largest = Math.Max(largest, ++counts[label]);
        return (double)largest / Count;
    }
}
