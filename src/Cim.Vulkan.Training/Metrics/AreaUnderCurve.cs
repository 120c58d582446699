using System;

namespace Cim.Vulkan.Training;

/// <summary>
/// The area under the ROC curve: the chance that a positive scores above a negative, ties counting half. Exact, by ranks, in
/// O(n log n); the buffers are kept between calls.
/// </summary>
public sealed class AreaUnderCurve
{
    private float[] _scores = [];
    private bool[] _positives = [];

    /// <summary>The area for labels of 0 and not 0; NaN when one class is missing or a score is NaN.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public double Of(ReadOnlySpan<float> scores, ReadOnlySpan<float> labels)
    {
        Prepare(scores, labels.Length);
        for (int i = 0; i < labels.Length; i++) _positives[i] = labels[i] != 0;
        return Compute(scores.Length);
    }

    /// <summary>The area for labels of 0 and not 0; NaN when one class is missing or a score is NaN.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public double Of(ReadOnlySpan<float> scores, ReadOnlySpan<byte> labels)
    {
        Prepare(scores, labels.Length);
        for (int i = 0; i < labels.Length; i++) _positives[i] = labels[i] != 0;
        return Compute(scores.Length);
    }

    private void Prepare(ReadOnlySpan<float> scores, int labelCount)
    {
        if (scores.Length != labelCount) throw new ArgumentException($"area under the curve: {scores.Length} scores and {labelCount} labels");
        if (_scores.Length < scores.Length)
        {
            _scores = new float[scores.Length];
            _positives = new bool[scores.Length];
        }

        scores.CopyTo(_scores);
    }

    private double Compute(int count)
    {
        _scores.AsSpan(0, count).Sort(_positives.AsSpan(0, count));
        // NaN sorts before everything else.
        if (count == 0 || float.IsNaN(_scores[0])) return double.NaN;
        long positives = 0, negatives = 0;
        double wins = 0;
        for (int start = 0; start < count;)
        {
            long tiedPositives = 0, tiedNegatives = 0;
            int end = start;
            for (; end < count && _scores[end] == _scores[start]; end++)
            {
                if (_positives[end]) tiedPositives++;
                else tiedNegatives++;
            }

            wins += tiedPositives * (negatives + 0.5 * tiedNegatives);
            positives += tiedPositives;
            negatives += tiedNegatives;
            start = end;
        }

        return positives == 0 || negatives == 0 ? double.NaN : wins / ((double)positives * negatives);
    }
}
