using System;
using Cim.Vulkan.Data;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>The grid that shows a run at work: original | masked | corrupted | ResPix restoration or RevDet heat map, a picture a row.</summary>
internal static class CimPictures
{
    private const int Columns = 4;
    private const int MinimumCellPixels = 64;
    private const float MaskGray = 0.5f;

    public static ImageGrid Draw(CimPretrainOptions options, ImageBatch batch, Program program)
    {
        int size = options.ImageSize, values = 3 * size * size, pictures = Math.Min(CimStepGraph.GridPictures, options.Batch), tokens = options.GridSize * options.GridSize;
        var grid = new ImageGrid(pictures, Columns, Math.Max(size, MinimumCellPixels), Math.Max(size, MinimumCellPixels));
        float[] corrupted = program.Read<float>("corrupted_images");
        float[] answer = program.Read<float>(options.Objective == CimObjective.ResPix ? "prediction" : "revdet_logits");
        for (int i = 0; i < pictures; i++)
        {
            ReadOnlySpan<float> original = batch.Images.AsSpan(i * values, values);
            grid.SetImage(i, 0, original, size, size);
            grid.SetImage(i, 1, Masked(original, options, batch.MaskedPositions.Slice(i * batch.MaskedCount, batch.MaskedCount)), size, size);
            grid.SetImage(i, 2, corrupted.AsSpan(i * values, values), size, size);
            if (options.Objective == CimObjective.ResPix) grid.SetImage(i, 3, Restored(original, options, answer.AsSpan(i * values, values)), size, size);
            else grid.SetHeatMap(i, 3, Probabilities(answer.AsSpan(i * tokens, tokens)), options.GridSize, options.GridSize);
        }
        return grid;
    }

    /// <summary>One row: original | masked | corruptions <c>[samples, 3, size, size]</c>.</summary>
    public static ImageGrid DrawCorruptions(CimPretrainOptions options, ReadOnlySpan<float> original, ReadOnlySpan<int> positions, ReadOnlySpan<float> corruptions)
    {
        int size = options.ImageSize, samples = corruptions.Length / original.Length;
        var grid = new ImageGrid(1, 2 + samples, Math.Max(size, MinimumCellPixels), Math.Max(size, MinimumCellPixels));
        grid.SetImage(0, 0, original, size, size);
        grid.SetImage(0, 1, Masked(original, options, positions), size, size);
        for (int i = 0; i < samples; i++) grid.SetImage(0, 2 + i, corruptions.Slice(i * original.Length, original.Length), size, size);
        return grid;
    }

    private static float[] Masked(ReadOnlySpan<float> original, CimPretrainOptions options, ReadOnlySpan<int> positions)
    {
        float[] masked = original.ToArray();
        int size = options.ImageSize, patch = options.PatchSize;
        foreach (int position in positions)
        {
            int top = position / options.GridSize * patch, left = position % options.GridSize * patch;
            for (int channel = 0; channel < 3; channel++)
                for (int y = top; y < top + patch; y++)
                    masked.AsSpan((((channel * size) + y) * size) + left, patch).Fill(MaskGray);
        }
        return masked;
    }

    // Transformers predict patches, row, column, channel, ResNets pictures; statistics of the original undo the target's normalisation.
    private static float[] Restored(ReadOnlySpan<float> original, CimPretrainOptions options, ReadOnlySpan<float> prediction)
    {
        int size = options.ImageSize, patch = options.PatchSize, grid = options.GridSize, plane = size * size;
        var restored = new float[3 * plane];
        if (options.Enhancer.Convolutional is not null) prediction.CopyTo(restored);
        else for (int i = 0; i < prediction.Length; i++)
        {
            int channel = i % 3, column = i / 3 % patch, row = i / 3 / patch % patch, position = i / (3 * patch * patch);
            int y = (position / grid * patch) + row, x = (position % grid * patch) + column;
            restored[(channel * plane) + (y * size) + x] = prediction[i];
        }
        for (int channel = 0; channel < 3 && options.Target.Normalization == TargetNormalization.SlidingWindow; channel++)
            WindowStatistics.Denormalize(original.Slice(channel * plane, plane), restored.AsSpan(channel * plane, plane), size, size, options.Target.Window, options.Target.Epsilon);
        return restored;
    }

    private static float[] Probabilities(ReadOnlySpan<float> logits)
    {
        var probabilities = new float[logits.Length];
        for (int i = 0; i < logits.Length; i++) probabilities[i] = 1f / (1f + MathF.Exp(-logits[i]));
        return probabilities;
    }
}
