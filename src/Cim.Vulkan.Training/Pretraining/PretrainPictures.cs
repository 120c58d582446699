using System;
using Cim.Vulkan.Data;

namespace Cim.Vulkan.Training;

/// <summary>The grid that shows a run at work, a picture a row: the original, and whatever the method shows beside it.</summary>
internal sealed class PretrainPictures
{
    private const int MinimumCellPixels = 64;
    private const float MaskGray = 0.5f;

    private readonly CimPretrainOptions _options;
    private readonly ImageBatch _batch;
    private readonly int _values;

    /// <summary>Begins a grid with the originals in its first column.</summary>
    public PretrainPictures(CimPretrainOptions options, ImageBatch batch, int columns)
    {
        (_options, _batch) = (options, batch);
        (Count, _values) = (Math.Min(PretrainStepGraph.GridPictures, options.Batch), 3 * options.ImageSize * options.ImageSize);
        Grid = Empty(options, Count, columns);
        for (int i = 0; i < Count; i++) Set(i, 0, Original(i));
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>The grid.</summary>
    public ImageGrid Grid { get; }

    /// <summary>One row: original | masked | corruptions <c>[samples, 3, size, size]</c>.</summary>
    public static ImageGrid DrawCorruptions(CimPretrainOptions options, ReadOnlySpan<float> original, ReadOnlySpan<int> positions, ReadOnlySpan<float> corruptions)
    {
        int size = options.ImageSize, samples = corruptions.Length / original.Length;
        ImageGrid grid = Empty(options, 1, 2 + samples);
        grid.SetImage(0, 0, original, size, size);
        grid.SetImage(0, 1, Masked(original, options, positions), size, size);
        for (int i = 0; i < samples; i++) grid.SetImage(0, 2 + i, corruptions.Slice(i * original.Length, original.Length), size, size);
        return grid;
    }

    /// <summary>Sigmoids.</summary>
    public static float[] Probabilities(ReadOnlySpan<float> logits)
    {
        var probabilities = new float[logits.Length];
        for (int i = 0; i < logits.Length; i++) probabilities[i] = 1f / (1f + MathF.Exp(-logits[i]));
        return probabilities;
    }

    /// <summary>Sets a cell to a picture <c>[3, size, size]</c>.</summary>
    public void Set(int row, int column, ReadOnlySpan<float> picture) => Grid.SetImage(row, column, picture, _options.ImageSize, _options.ImageSize);

    /// <summary>Sets a cell to a map of numbers in [0, 1], one a patch.</summary>
    public void SetHeat(int row, int column, ReadOnlySpan<float> patches) => Grid.SetHeatMap(row, column, patches, _options.GridSize, _options.GridSize);

    /// <summary>A row's part of an output with as many numbers as pictures have.</summary>
    public ReadOnlySpan<float> Of(float[] output, int row) => output.AsSpan(row * _values, _values);

    /// <summary>A row's part of an output with a number a patch.</summary>
    public ReadOnlySpan<float> TokensOf(float[] output, int row) => output.AsSpan(row * _options.GridSize * _options.GridSize, _options.GridSize * _options.GridSize);

    /// <summary>Numbers of a row's masked patches.</summary>
    public ReadOnlySpan<int> PositionsOf(int row) => _batch.MaskedPositions.Slice(row * _batch.MaskedCount, _batch.MaskedCount);

    /// <summary>A row's picture with its masked patches gray.</summary>
    public float[] Masked(int row) => Masked(Original(row), _options, PositionsOf(row));

    /// <summary>A row's picture as it was predicted, in patches of row, column, channel from transformers, as a picture from ResNets.</summary>
    public float[] Restored(int row, ReadOnlySpan<float> prediction)
    {
        var restored = new float[_values];
        int patchValues = 3 * _options.PatchSize * _options.PatchSize;
        if (_options.Enhancer.Convolutional is not null) prediction.CopyTo(restored);
        else for (int position = 0; position < prediction.Length / patchValues; position++) PutPatch(restored, position, prediction.Slice(position * patchValues, patchValues));
        PatchStatistics.Denormalize(Original(row), restored, _options);
        return restored;
    }

    /// <summary>A row's picture with its masked patches as they were predicted, <c>[pictures * masked, patchSize² * 3]</c>.</summary>
    public float[] Filled(int row, ReadOnlySpan<float> predictions)
    {
        ReadOnlySpan<int> positions = PositionsOf(row);
        int patchValues = 3 * _options.PatchSize * _options.PatchSize;
        var restored = new float[_values];
        for (int i = 0; i < positions.Length; i++) PutPatch(restored, positions[i], predictions.Slice(((row * positions.Length) + i) * patchValues, patchValues));
        PatchStatistics.Denormalize(Original(row), restored, _options);
        float[] filled = Original(row).ToArray();
        foreach (int position in positions)
            ForPatch(position, _options, (start, length) => restored.AsSpan(start, length).CopyTo(filled.AsSpan(start)));
        return filled;
    }

    private ReadOnlySpan<float> Original(int row) => _batch.Images.AsSpan(row * _values, _values);

    private static ImageGrid Empty(CimPretrainOptions options, int rows, int columns)
    {
        int cell = Math.Max(options.ImageSize, MinimumCellPixels);
        return new ImageGrid(rows, columns, cell, cell);
    }

    private static float[] Masked(ReadOnlySpan<float> original, CimPretrainOptions options, ReadOnlySpan<int> positions)
    {
        float[] masked = original.ToArray();
        foreach (int position in positions) ForPatch(position, options, (start, length) => masked.AsSpan(start, length).Fill(MaskGray));
        return masked;
    }

    private void PutPatch(float[] picture, int position, ReadOnlySpan<float> patch)
    {
        int size = _options.ImageSize, side = _options.PatchSize, grid = _options.GridSize;
        for (int i = 0; i < patch.Length; i++)
        {
            int channel = i % 3, x = (position % grid * side) + (i / 3 % side), y = (position / grid * side) + (i / 3 / side);
            picture[(((channel * size) + y) * size) + x] = patch[i];
        }
    }

    // Every row of every channel of a patch: where it starts in the picture and how long it is.
    private static void ForPatch(int position, CimPretrainOptions options, Action<int, int> action)
    {
        int size = options.ImageSize, patch = options.PatchSize, top = position / options.GridSize * patch, left = position % options.GridSize * patch;
        for (int channel = 0; channel < 3; channel++)
            for (int y = top; y < top + patch; y++) action((((channel * size) + y) * size) + left, patch);
    }
}
