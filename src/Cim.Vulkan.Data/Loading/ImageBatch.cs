using System;

namespace Cim.Vulkan.Data;

/// <summary>A batch in memory that is allocated once; its contents are valid until the next call of <see cref="BatchLoader.Next"/>.</summary>
public sealed class ImageBatch
{
    private readonly int[] _maskedPositions;

    internal ImageBatch(BatchLoaderOptions options)
    {
        BatchSize = options.BatchSize;
        ImageSize = options.ImageSize;
        TokenizerSize = options.EffectiveTokenizerSize;
        Images = new float[checked(BatchSize * 3 * ImageSize * ImageSize)];
        TokenizerImages = TokenizerSize == ImageSize ? Images : new float[checked(BatchSize * 3 * TokenizerSize * TokenizerSize)];
        Labels = new int[BatchSize];
        Indices = new int[BatchSize];
        _maskedPositions = new int[checked(BatchSize * (options.Mask?.MaximumCount ?? 0))];
    }

    /// <summary>Pictures in the batch.</summary>
    public int BatchSize { get; }

    /// <summary>Side of the pictures in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>Side of the tokenizer's pictures in pixels.</summary>
    public int TokenizerSize { get; }

    /// <summary>The pictures [batch, 3, imageSize, imageSize], RGB in [0, 1], resampled bicubically.</summary>
    public float[] Images { get; }

    /// <summary>The same crops [batch, 3, tokenizerSize, tokenizerSize] by Lanczos; the same array as <see cref="Images"/> when the sizes are equal.</summary>
    public float[] TokenizerImages { get; }

    /// <summary>The class of each picture, -1 where there is none.</summary>
    public int[] Labels { get; }

    /// <summary>The index of each picture in its data set.</summary>
    public int[] Indices { get; }

    /// <summary>How many tokens of each picture are masked; 0 without masks.</summary>
    public int MaskedCount { get; private set; }

    /// <summary>The masked positions [batch, maskedCount], ascending in each picture.</summary>
    public ReadOnlySpan<int> MaskedPositions => _maskedPositions.AsSpan(0, BatchSize * MaskedCount);

    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; private set; }

    /// <summary>The step in the epoch, from 0.</summary>
    public int Step { get; private set; }

    internal void Begin(int epoch, int step, int maskedCount) => (Epoch, Step, MaskedCount) = (epoch, step, maskedCount);

    internal Span<float> Image(int row) => Images.AsSpan(row * 3 * ImageSize * ImageSize, 3 * ImageSize * ImageSize);

    internal Span<float> TokenizerImage(int row) => TokenizerImages.AsSpan(row * 3 * TokenizerSize * TokenizerSize, 3 * TokenizerSize * TokenizerSize);

    internal Span<int> Masked(int row) => _maskedPositions.AsSpan(row * MaskedCount, MaskedCount);
}
