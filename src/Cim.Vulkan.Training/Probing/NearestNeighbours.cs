using System;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Cim.Vulkan.Training;

/// <summary>
/// Weighted nearest neighbours by cosine similarity (Wu et al. 2018): each of the k most similar pictures votes for its class with the weight
/// exp(similarity / temperature).
/// </summary>
public sealed class NearestNeighbours
{
    private readonly FeatureSet _known;
    private readonly float[] _directions;
    private readonly int _classes;

    /// <summary>Remembers the pictures that vote.</summary>
    /// <param name="known">Their features and classes.</param>
    /// <param name="classes">Number of classes.</param>
    public NearestNeighbours(FeatureSet known, int classes) => (_known, _directions, _classes) = (known, DirectionsOf(known), classes);

    /// <summary>How many pictures vote.</summary>
    public int Neighbours { get; init; } = 20;

    /// <summary>How little a less similar picture's vote counts.</summary>
    public double Temperature { get; init; } = 0.07;

    /// <summary>The class with the most votes for each picture; the first of several with as many.</summary>
    /// <param name="features">Of the width of the known ones.</param>
    /// <param name="cancellation">Stops the search.</param>
    public int[] Classify(FeatureSet features, CancellationToken cancellation = default)
    {
        float[] directions = DirectionsOf(features);
        var classes = new int[features.Count];
        int width = _known.Width, neighbours = Math.Min(Neighbours, _known.Count);
        Parallel.For(0, features.Count, new ParallelOptions { CancellationToken = cancellation },
            () => (Nearest: new (float Similarity, int Label)[neighbours], Votes: new double[_classes]),
            (i, _, scratch) =>
            {
                FindNearest(directions.AsSpan(i * width, width), scratch.Nearest);
                classes[i] = Elect(scratch.Nearest, scratch.Votes);
                return scratch;
            },
            _ => { });
        return classes;
    }

    // Descending by similarity; of equal ones the earlier picture stays first, so that threads cannot change the result.
    private void FindNearest(ReadOnlySpan<float> direction, Span<(float Similarity, int Label)> nearest)
    {
        nearest.Fill((float.NegativeInfinity, 0));
        for (int i = 0; i < _known.Count; i++)
        {
            float similarity = Dot(direction, _directions.AsSpan(i * _known.Width, _known.Width));
            if (!(similarity > nearest[^1].Similarity)) continue;
            int place = nearest.Length - 1;
            for (; place > 0 && similarity > nearest[place - 1].Similarity; place--) nearest[place] = nearest[place - 1];
            nearest[place] = (similarity, _known.Labels[i]);
        }
    }

    private int Elect(ReadOnlySpan<(float Similarity, int Label)> nearest, Span<double> votes)
    {
        votes.Clear();
        // Relative to the most similar, so that no exponential overflows at a low temperature.
        foreach ((float similarity, int label) in nearest) votes[label] += Math.Exp((similarity - nearest[0].Similarity) / Temperature);
        int elected = 0;
        for (int label = 1; label < _classes; label++)
            if (votes[label] > votes[elected]) elected = label;
        return elected;
    }

    private static float[] DirectionsOf(FeatureSet features)
    {
        var directions = new float[features.Values.Length];
        for (int i = 0; i < features.Count; i++)
        {
            ReadOnlySpan<float> row = features.Row(i);
            float length = MathF.Sqrt(Dot(row, row));
            for (int j = 0; j < row.Length; j++) directions[(i * features.Width) + j] = length > 0 ? row[j] / length : 0f;
        }
        return directions;
    }

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ReadOnlySpan<Vector<float>> leftVectors = MemoryMarshal.Cast<float, Vector<float>>(left), rightVectors = MemoryMarshal.Cast<float, Vector<float>>(right);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < leftVectors.Length; i++) sums += leftVectors[i] * rightVectors[i];
        float sum = Vector.Sum(sums);
        for (int i = leftVectors.Length * Vector<float>.Count; i < left.Length; i++) sum += left[i] * right[i];
        return sum;
    }
}
