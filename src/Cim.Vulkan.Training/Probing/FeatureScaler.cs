using System;

namespace Cim.Vulkan.Training;

/// <summary>Brings every feature to mean 0 and deviation 1, by the statistics of the pictures to learn from.</summary>
internal sealed class FeatureScaler
{
    private const double SmallestDeviation = 1e-6;

    private readonly float[] _mean;
    private readonly float[] _factor;

    private FeatureScaler(float[] mean, float[] factor) => (_mean, _factor) = (mean, factor);

    public static FeatureScaler Of(FeatureSet features)
    {
        double[] sum = new double[features.Width], squares = new double[features.Width];
        for (int i = 0; i < features.Count; i++)
        {
            ReadOnlySpan<float> row = features.Row(i);
            for (int j = 0; j < row.Length; j++) sum[j] += row[j];
        }
        for (int i = 0; i < features.Count; i++)
        {
            ReadOnlySpan<float> row = features.Row(i);
            for (int j = 0; j < row.Length; j++) squares[j] += Math.Pow(row[j] - (sum[j] / features.Count), 2);
        }
        float[] mean = new float[features.Width], factor = new float[features.Width];
        for (int j = 0; j < features.Width; j++)
        {
            double deviation = Math.Sqrt(squares[j] / features.Count);
            // A feature that never changes says nothing, and dividing by next to nothing would make it shout.
            (mean[j], factor[j]) = ((float)(sum[j] / features.Count), deviation < SmallestDeviation ? 0f : (float)(1 / deviation));
        }
        return new FeatureScaler(mean, factor);
    }

    public FeatureSet Apply(FeatureSet features)
    {
        var values = new float[features.Values.Length];
        for (int i = 0; i < values.Length; i++) values[i] = (features.Values[i] - _mean[i % features.Width]) * _factor[i % features.Width];
        return features with { Values = values };
    }
}
