using System;

namespace Cim.Vulkan.Data;

/// <summary>8-bit sRGB pixels [height, width, 3] in an array that grows and is used again for the next picture.</summary>
public sealed class PixelBuffer
{
    private byte[] _pixels = [];

    /// <summary>Width in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>The pixels [height, width, 3].</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, 3 * Width * Height);

    /// <summary>Sets the size and returns the storage to fill, which holds old values.</summary>
    internal byte[] Reserve(int width, int height)
    {
        var bytes = checked(3 * width * height);
        if (_pixels.Length < bytes) _pixels = new byte[bytes];
        (Width, Height) = (width, height);
        return _pixels;
    }

    /// <summary>Gives the storage back where it is larger than <paramref name="keptBytes"/>; the picture in it is then gone.</summary>
    internal void Trim(int keptBytes)
    {
        if (_pixels.Length > keptBytes) (_pixels, Width, Height) = ([], 0, 0);
    }

    /// <summary>Takes over a copy of the pixels [height, width, 3].</summary>
    internal void CopyFrom(ReadOnlySpan<byte> pixels, int width, int height) => pixels[..(3 * width * height)].CopyTo(Reserve(width, height));
}
