using System.Collections.Generic;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.OpCases.Patch;

/// <summary>Cases of <c>patchify</c>, <c>unpatchify</c>, <c>pixel_shuffle</c>, <c>pixel_unshuffle</c> and <c>normalize_channels</c>.</summary>
public sealed class PatchCase : IOpCases
{
    // Channels, rows and columns of patches or blocks, and their side.
    private static readonly (int Batch, int Channels, int Rows, int Columns, int Side)[] Forms =
    {
        (1, 1, 1, 1, 1), (1, 1, 1, 1, 3), (2, 3, 1, 1, 4), (2, 1, 3, 5, 1), (1, 3, 2, 2, 2), (2, 3, 3, 2, 2), (1, 5, 2, 3, 3), (3, 2, 1, 4, 4),
        (2, 3, 4, 4, 4), (1, 3, 2, 2, 16),
    };

    /// <inheritdoc/>
    public IEnumerable<OpCase> Cases()
    {
        foreach ((int batch, int channels, int rows, int columns, int side) in Forms)
        {
            yield return Patchify(batch, channels, rows, columns, side);
            yield return Unpatchify(batch, channels, rows, columns, side);
            yield return Shuffle(batch, channels, rows, columns, side);
            yield return Unshuffle(batch, channels, rows, columns, side);
            yield return Normalize(batch, channels, rows * side, columns * side);
        }
        yield return Patchify(2, 3, 14, 14, 16) with { IsBenchmark = true };
        yield return Unpatchify(2, 3, 14, 14, 16) with { IsBenchmark = true };
        yield return Shuffle(1, 3, 56, 56, 4) with { IsBenchmark = true };
    }

    private static OpCase Patchify(int batch, int channels, int rows, int columns, int side) =>
        new("patchify", $"{batch}x{channels}x{rows * side}x{columns * side} by {side}",
            new[] { CaseInput.Normal("images", new Shape(batch, channels, rows * side, columns * side)) },
            inputs => new[] { inputs[0].Patchify(side) },
            values => new[] { Patches(values[0], new double[values[0].Length], batch, channels, rows, columns, side, isInverse: false) })
        { IsExact = true };

    private static OpCase Unpatchify(int batch, int channels, int rows, int columns, int side) =>
        new("unpatchify", $"{batch}x{channels}x{rows * side}x{columns * side} by {side}",
            new[] { CaseInput.Normal("patches", new Shape(batch, rows * columns, side * side * channels)) },
            inputs => new[] { inputs[0].Unpatchify(side, channels, rows * side, columns * side) },
            values => new[] { Patches(new double[values[0].Length], values[0], batch, channels, rows, columns, side, isInverse: true) })
        { IsExact = true };

    private static OpCase Shuffle(int batch, int channels, int rows, int columns, int side) =>
        new("pixel_shuffle", $"{batch}x{channels * side * side}x{rows}x{columns} by {side}",
            new[] { CaseInput.Normal("x", new Shape(batch, channels * side * side, rows, columns)) },
            inputs => new[] { inputs[0].PixelShuffle(side) },
            values => new[] { Blocks(values[0], new double[values[0].Length], batch, channels, rows, columns, side, isInverse: false) })
        { IsExact = true };

    private static OpCase Unshuffle(int batch, int channels, int rows, int columns, int side) =>
        new("pixel_unshuffle", $"{batch}x{channels}x{rows * side}x{columns * side} by {side}",
            new[] { CaseInput.Normal("x", new Shape(batch, channels, rows * side, columns * side)) },
            inputs => new[] { inputs[0].PixelUnshuffle(side) },
            values => new[] { Blocks(new double[values[0].Length], values[0], batch, channels, rows, columns, side, isInverse: true) })
        { IsExact = true };

    private static OpCase Normalize(int batch, int channels, int height, int width)
    {
        var mean = new float[channels];
        var std = new float[channels];
        for (int c = 0; c < channels; c++) (mean[c], std[c]) = (0.4f + (0.05f * c), 0.2f + (0.03f * c));
        return new OpCase("normalize_channels", $"{batch}x{channels}x{height}x{width}",
            new[] { CaseInput.Uniform("images", new Shape(batch, channels, height, width), 0, 1) },
            inputs => new[] { inputs[0].NormalizeChannels(mean, std) },
            values =>
            {
                var y = new double[values[0].Length];
                for (int i = 0; i < y.Length; i++)
                {
                    int c = i / (height * width) % channels;
                    y[i] = (values[0][i] - mean[c]) / std[c];
                }
                return new[] { y };
            });
    }

    // Walks pixels and their places in patches; returns the side that is filled.
    private static double[] Patches(double[] images, double[] patches, int batch, int channels, int rows, int columns, int side, bool isInverse)
    {
        int width = columns * side, place = 0;
        for (int b = 0; b < batch; b++)
            for (int patch = 0; patch < rows * columns; patch++)
                for (int p = 0; p < side; p++)
                    for (int q = 0; q < side; q++)
                        for (int c = 0; c < channels; c++, place++)
                        {
                            int y = (patch / columns * side) + p, x = (patch % columns * side) + q;
                            int pixel = (((((b * channels) + c) * rows * side) + y) * width) + x;
                            if (isInverse) images[pixel] = patches[place];
                            else patches[place] = images[pixel];
                        }
        return isInverse ? images : patches;
    }

    // Walks the channels-first side and its places among the pixels; returns the side that is filled.
    private static double[] Blocks(double[] deep, double[] wide, int batch, int channels, int rows, int columns, int side, bool isInverse)
    {
        int place = 0;
        for (int plane = 0; plane < batch * channels; plane++)
            for (int p = 0; p < side; p++)
                for (int q = 0; q < side; q++)
                    for (int y = 0; y < rows; y++)
                        for (int x = 0; x < columns; x++, place++)
                        {
                            int pixel = (((plane * rows * side) + (y * side) + p) * columns * side) + (x * side) + q;
                            if (isInverse) deep[place] = wide[pixel];
                            else wide[pixel] = deep[place];
                        }
        return isInverse ? deep : wide;
    }
}
