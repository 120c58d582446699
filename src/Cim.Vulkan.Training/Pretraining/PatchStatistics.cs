using System;

namespace Cim.Vulkan.Training;

/// <summary>Turns predicted pixels back into a picture on the host: the statistics that the target was normalised by are taken from the original.</summary>
internal static class PatchStatistics
{
    /// <summary>Undoes the normalisation of a picture's target.</summary>
    /// <param name="original"><c>[3, size, size]</c> in [0, 1].</param>
    /// <param name="predicted">The same shape; is changed in place.</param>
    /// <param name="options">Of the run.</param>
    public static void Denormalize(ReadOnlySpan<float> original, Span<float> predicted, CimPretrainOptions options)
    {
        TargetOptions target = options.Target;
        int size = options.ImageSize, plane = size * size;
        if (target.Normalization == TargetNormalization.SlidingWindow)
        {
            for (int channel = 0; channel < 3; channel++)
                WindowStatistics.Denormalize(original.Slice(channel * plane, plane), predicted.Slice(channel * plane, plane), size, size, target.Window, target.Epsilon);
        }
        else if (target.Normalization == TargetNormalization.Patch)
        {
            for (int top = 0; top < size; top += options.PatchSize)
                for (int left = 0; left < size; left += options.PatchSize) Patch(original, predicted, size, options.PatchSize, top, left, target.Epsilon);
        }
    }

    private static void Patch(ReadOnlySpan<float> original, Span<float> predicted, int size, int patch, int top, int left, double epsilon)
    {
        double sum = 0, squares = 0;
        int count = 3 * patch * patch;
        for (int i = 0; i < count; i++)
        {
            double value = original[At(i)];
            sum += value;
            squares += value * value;
        }
        double mean = sum / count, deviation = Math.Sqrt((Math.Max(0, squares - (sum * mean)) / (count - 1)) + epsilon);
        for (int i = 0; i < count; i++) predicted[At(i)] = (float)Math.Clamp((predicted[At(i)] * deviation) + mean, 0, 1);

        int At(int i) => (((i / (patch * patch) * size) + top + (i / patch % patch)) * size) + left + (i % patch);
    }
}
