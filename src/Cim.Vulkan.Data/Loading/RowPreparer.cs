using System;

namespace Cim.Vulkan.Data;

/// <summary>Prepares single rows of batches: read, decode, crop, resample twice or cut out as bytes, mask. Keeps scratch memory: one instance per thread.</summary>
internal sealed class RowPreparer(ImageSource source, BatchLoaderOptions options, DecodedImageCache cache, SkippedImages skipped)
{
    /// <summary>One enormous picture must not hold its memory, times the threads, to the end of the run.</summary>
    private const int KeptScratchBytes = 48 << 20;

    private readonly PixelBuffer _decoded = new();
    private readonly Resampler _imageResampler = new(), _tokenizerResampler = new();
    private readonly CropCutter _cutter = new();
    private readonly MaskGenerator? _masks = options.Mask is null ? null : new MaskGenerator(options.Mask, options.Seed);

    /// <summary>Fills row <paramref name="row"/> of <paramref name="batch"/> with the picture at its place in the epoch's order.</summary>
    public void Prepare(ImageBatch batch, int row, ReadOnlySpan<int> order)
    {
        var place = batch.Step * batch.BatchSize + row;
        var (index, picture, label) = FirstUsable(order, place);
        var random = new RandomSequence(options.Seed, RandomPurpose.Crop, batch.Epoch, index);
        var box = options.Crop.Choose(picture.Width, picture.Height, batch.ImageSize, ref random);
        if (batch.Crops is { } crops) _cutter.Cut(picture, box, crops, row);
        else Resample(picture, box, batch, row);
        batch.Labels[row] = label;
        batch.Indices[row] = index;
        _masks?.Fill(batch.Masked(row), batch.Epoch, place);
        _decoded.Trim(KeptScratchBytes);
    }

    private void Resample(PixelBuffer picture, in CropBox box, ImageBatch batch, int row)
    {
        _imageResampler.Resample(picture, box, batch.ImageSize, batch.ImageSize, ResampleKernel.Bicubic, batch.Image(row));
        if (batch.TokenizerSize != batch.ImageSize)
            _tokenizerResampler.Resample(picture, box, batch.TokenizerSize, batch.TokenizerSize, ResampleKernel.Lanczos, batch.TokenizerImage(row));
    }

    /// <summary>
    /// The picture at the place, or the next in the epoch's order (from its end on to its start) that can be decoded: what replaces a bad
    /// picture depends on the order alone, not on which thread met it when.
    /// </summary>
    private (int Index, PixelBuffer Picture, int Label) FirstUsable(ReadOnlySpan<int> order, int place)
    {
        for (var further = 0; further < order.Length; further++)
        {
            var index = order[(int)(((long)place + further) % order.Length)];
            if (skipped.Contains(index)) continue;
            try
            {
                var (picture, label) = Decode(index);
                return (index, picture, label);
            }
            catch (ImageDecodeException error)
            {
                if (options.Strict)
                    throw new ImageDecodeException(error.Key, $"{error.Reason}; mend or remove it, or leave out strict to have such pictures skipped", error);
                skipped.Add(index, error);
            }
        }

        throw new DatasetException($"none of the {order.Length} pictures can be decoded; the first: {skipped.FirstReason}");
    }

    private (PixelBuffer Picture, int Label) Decode(int index)
    {
        if (cache.Find(index) is { } known) return (known.Picture, known.Label);
        var record = source.Read(index);
        ImageDecoder.Decode(record, _decoded, options.MaximumPixels);
        cache.Offer(index, _decoded, record.Label);
        return (_decoded, record.Label);
    }
}
