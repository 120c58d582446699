using System.Threading;

namespace Cim.Vulkan.Data;

/// <summary>Keeps decoded pictures up to a limit in bytes: small data sets are then decoded once instead of once an epoch.</summary>
internal sealed class DecodedImageCache(int count, long limitBytes)
{
    /// <summary>Roughly what the objects around the pixels of one picture take.</summary>
    private const int OverheadBytes = 112;

    private readonly DecodedImage?[] _images = limitBytes > 0 ? new DecodedImage?[count] : [];
    private long _usedBytes;

    public DecodedImage? Find(int index) => _images.Length == 0 ? null : Volatile.Read(ref _images[index]);

    /// <summary>Keeps a copy if there is room.</summary>
    public void Offer(int index, PixelBuffer picture, int label)
    {
        if (_images.Length == 0) return;
        var bytes = picture.Pixels.Length + OverheadBytes;
        if (Interlocked.Add(ref _usedBytes, bytes) > limitBytes)
        {
            Interlocked.Add(ref _usedBytes, -bytes);
            return;
        }

        var copy = new PixelBuffer();
        copy.CopyFrom(picture.Pixels, picture.Width, picture.Height);
        if (Interlocked.CompareExchange(ref _images[index], new DecodedImage(copy, label), null) is not null) Interlocked.Add(ref _usedBytes, -bytes);
    }
}

/// <summary>A decoded picture with its label.</summary>
internal sealed record DecodedImage(PixelBuffer Picture, int Label);
