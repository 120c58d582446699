using System;

namespace Cim.Vulkan.Data;

/// <summary>Cuts crops out of pictures as bytes; one that has not room enough is shrunk first. Keeps scratch memory: one instance per thread.</summary>
internal sealed class CropCutter
{
    private readonly Resampler _resampler = new();
    private float[] _planes = [];

    /// <summary>Fills a row of a batch with the box of a picture.</summary>
    public void Cut(PixelBuffer picture, in CropBox box, CropPixels target, int row)
    {
        var (width, height) = target.Room.Fit(box.Width, box.Height);
        var bytes = target.Begin(row, width, height, box.Flip);
        var stride = 4 * CropRoom.RowWords(width);
        if ((width, height) == (box.Width, box.Height)) BoxPixels.Copy(picture, box, bytes, stride);
        else Shrink(picture, box with { Flip = false }, width, height, bytes, stride);
    }

    private void Shrink(PixelBuffer picture, in CropBox box, int width, int height, Span<byte> target, int stride)
    {
        var plane = width * height;
        if (_planes.Length < 3 * plane) _planes = new float[3 * plane];
        _resampler.Resample(picture, box, width, height, ResampleKernel.Bicubic, _planes.AsSpan(0, 3 * plane));
        for (var channel = 0; channel < 3; channel++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    target[y * stride + 3 * x + channel] = (byte)(_planes[channel * plane + y * width + x] * 255 + 0.5f);
    }
}
