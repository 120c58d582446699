using System;

namespace Cim.Vulkan.Data;

/// <summary>A batch in memory that is allocated once; its contents are valid until the next call of <see cref="BatchLoader.Next"/>.</summary>
public sealed class ImageBatch
{
    private readonly int[] _maskedPositions;
    private float[] _images = [], _tokenizerImages = [];
    private bool _hasImages;

    internal ImageBatch(BatchLoaderOptions options)
    {
        BatchSize = options.BatchSize;
        ImageSize = options.ImageSize;
        TokenizerSize = options.EffectiveTokenizerSize;
        if (options.CropRoom is { } room) Crops = new CropPixels(BatchSize, room);
        else TakeRoom();
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

    /// <summary>The crops as bytes, for the device to resize; null where the loader resizes them.</summary>
    public CropPixels? Crops { get; }

    /// <summary>
    /// The pictures [batch, 3, imageSize, imageSize], RGB in [0, 1], resampled bicubically. Where there are <see cref="Crops"/> they are made of them
    /// here when they are first asked for: to be looked at, not for every step.
    /// </summary>
    public float[] Images
    {
        get
        {
            ResampleCrops();
            return _images;
        }
    }

    /// <summary>The same crops [batch, 3, tokenizerSize, tokenizerSize] by Lanczos; the same array as <see cref="Images"/> when the sizes are equal.</summary>
    public float[] TokenizerImages
    {
        get
        {
            ResampleCrops();
            return _tokenizerImages;
        }
    }

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

    internal void Begin(int epoch, int step, int maskedCount) => (Epoch, Step, MaskedCount, _hasImages) = (epoch, step, maskedCount, false);

    internal Span<float> Image(int row) => _images.AsSpan(row * 3 * ImageSize * ImageSize, 3 * ImageSize * ImageSize);

    internal Span<float> TokenizerImage(int row) => _tokenizerImages.AsSpan(row * 3 * TokenizerSize * TokenizerSize, 3 * TokenizerSize * TokenizerSize);

    internal Span<int> Masked(int row) => _maskedPositions.AsSpan(row * MaskedCount, MaskedCount);

    private void TakeRoom()
    {
        _images = new float[checked(BatchSize * 3 * ImageSize * ImageSize)];
        _tokenizerImages = TokenizerSize == ImageSize ? _images : new float[checked(BatchSize * 3 * TokenizerSize * TokenizerSize)];
    }

    private void ResampleCrops()
    {
        if (Crops is null || _hasImages) return;
        if (_images.Length == 0) TakeRoom();
        var (picture, resampler) = (new PixelBuffer(), new Resampler());
        for (var row = 0; row < BatchSize; row++)
        {
            Crops.Read(row, picture);
            resampler.Resample(picture, Crops[row], ImageSize, ImageSize, ResampleKernel.Bicubic, Image(row));
            if (TokenizerSize != ImageSize) resampler.Resample(picture, Crops[row], TokenizerSize, TokenizerSize, ResampleKernel.Lanczos, TokenizerImage(row));
        }

        _hasImages = true;
    }
}
