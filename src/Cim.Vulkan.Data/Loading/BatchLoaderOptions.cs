using System;

namespace Cim.Vulkan.Data;

/// <summary>What a <see cref="BatchLoader"/> delivers and how it works; what it delivers depends on none of the "how" options.</summary>
public sealed record BatchLoaderOptions
{
    /// <summary>Pictures in a batch.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Side of the square pictures in pixels.</summary>
    public required int ImageSize { get; init; }

    /// <summary>Side of the same crop for the tokenizer in pixels; 0 means as <see cref="ImageSize"/>, and then the pictures are shared.</summary>
    public int TokenizerSize { get; init; }

    /// <summary>Room for crops that are delivered as bytes, to be resized on the device; null for pictures that are resized here.</summary>
    public CropRoom? CropRoom { get; init; }

    /// <summary>How crops are chosen.</summary>
    public CropPolicy Crop { get; init; } = new RandomResizedCrop { FlipProbability = 0.5 };

    /// <summary>Which tokens are masked; null for no masks.</summary>
    public MaskOptions? Mask { get; init; }

    /// <summary>The seed of order, crops and masks.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether each epoch has its own random order; otherwise the order of the data set.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Whether a picture that cannot be decoded is an error; otherwise it is skipped, counted and named once.</summary>
    public bool Strict { get; init; }

    /// <summary>Pictures with more pixels than this are refused by their header.</summary>
    public long MaximumPixels { get; init; } = ImageDecoder.DefaultMaximumPixels;

    /// <summary>Threads that read ahead; 0 prepares each batch inside <see cref="BatchLoader.Next"/>.</summary>
    public int Workers { get; init; } = Math.Clamp(Environment.ProcessorCount - 1, 1, 16);

    /// <summary>Batches that are kept ready, besides the one being used.</summary>
    public int PrefetchBatches { get; init; } = 3;

    /// <summary>Decoded pictures are kept in memory up to this many bytes; 0 keeps none.</summary>
    public long CacheLimitBytes { get; init; } = 512L << 20;

    /// <summary>Called once for each skipped picture, from whichever thread met it.</summary>
    public Action<ImageDecodeException>? Skipped { get; init; }

    /// <summary>The side of the tokenizer's pictures after the default is applied.</summary>
    public int EffectiveTokenizerSize => TokenizerSize == 0 ? ImageSize : TokenizerSize;

    /// <summary>Refuses values that make no sense.</summary>
    /// <exception cref="ArgumentException">A size or count is out of range.</exception>
    public void Validate()
    {
        if (BatchSize < 1) throw new ArgumentException($"batch size: {BatchSize} is less than 1");
        if (ImageSize < 1) throw new ArgumentException($"image size: {ImageSize} is less than 1");
        if (TokenizerSize < 0) throw new ArgumentException($"tokenizer size: {TokenizerSize} is negative");
        if (CropRoom is { Side: < Data.CropRoom.SmallestSide or > Data.CropRoom.GreatestSide } room)
            throw new ArgumentException($"room for crops: a side of {room.Side} is outside of {Data.CropRoom.SmallestSide} to {Data.CropRoom.GreatestSide}");
        if (Workers < 0) throw new ArgumentException($"workers: {Workers} is negative");
        if (PrefetchBatches < 1) throw new ArgumentException($"prefetch: {PrefetchBatches} batches, need at least 1");
        if (MaximumPixels is < 1 or > ImageDecoder.GreatestMaximumPixels)
            throw new ArgumentException($"pixel limit: {MaximumPixels} is outside of 1 to {ImageDecoder.GreatestMaximumPixels}");
        Mask?.Validate();
    }
}
