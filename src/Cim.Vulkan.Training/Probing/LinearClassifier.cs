using System;

namespace Cim.Vulkan.Training;

/// <summary>A trained linear probe: a score a class, linear in the features.</summary>
/// <param name="Weight"><c>[classes, width]</c>.</param>
/// <param name="Bias"><c>[classes]</c>.</param>
internal sealed record LinearClassifier(float[] Weight, float[] Bias)
{
    /// <summary>The class with the highest score for each picture.</summary>
    public int[] Classify(FeatureSet features)
    {
        var guesses = new int[features.Count];
        var scores = new double[Bias.Length];
        for (int i = 0; i < guesses.Length; i++)
        {
            Score(features.Row(i), scores);
            for (int label = 1; label < scores.Length; label++)
                if (scores[label] > scores[guesses[i]]) guesses[i] = label;
        }
        return guesses;
    }

    /// <summary>Mean cross-entropy.</summary>
    public double Loss(FeatureSet features)
    {
        double sum = 0;
        var scores = new double[Bias.Length];
        for (int i = 0; i < features.Count; i++)
        {
            Score(features.Row(i), scores);
            double largest = double.NegativeInfinity, exponentials = 0;
            foreach (double score in scores) largest = Math.Max(largest, score);
            foreach (double score in scores) exponentials += Math.Exp(score - largest);
            sum += largest + Math.Log(exponentials) - scores[features.Labels[i]];
        }
        return sum / features.Count;
    }

    private void Score(ReadOnlySpan<float> row, Span<double> scores)
    {
        for (int label = 0; label < scores.Length; label++)
        {
            ReadOnlySpan<float> weight = Weight.AsSpan(label * row.Length, row.Length);
            double score = Bias[label];
            for (int j = 0; j < row.Length; j++) score += (double)weight[j] * row[j];
            scores[label] = score;
        }
    }
}
