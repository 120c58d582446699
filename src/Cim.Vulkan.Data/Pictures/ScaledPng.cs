using System;
using System.IO;
using NetVips;

namespace Cim.Vulkan.Data;

/// <summary>A picture as a PNG of limited width, to be put into a page.</summary>
/// <param name="Bytes">The PNG file.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record ScaledPng(byte[] Bytes, int Width, int Height)
{
    /// <summary>Reads a picture; one that is wider is made smaller, any other PNG stays byte for byte what it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maximumWidth">In pixels.</param>
    /// <exception cref="ImageDecodeException">The file cannot be read or is damaged.</exception>
    public static ScaledPng Read(string path, int maximumWidth)
    {
        VipsRuntime.Ensure();
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            using var image = Image.PngloadBuffer(bytes, failOn: Enums.FailOn.Error);
            if ((long)image.Width * image.Height > ImageDecoder.DefaultMaximumPixels) throw new ImageDecodeException(path, $"{image.Width}x{image.Height} is too large");
            using var scaled = image.Width > maximumWidth ? image.ThumbnailImage(maximumWidth) : image.CopyMemory();
            return new ScaledPng(image.Width > maximumWidth ? scaled.PngsaveBuffer(compression: 9) : bytes, scaled.Width, scaled.Height);
        }
        catch (Exception error) when (error is VipsException or IOException or UnauthorizedAccessException)
        {
            throw new ImageDecodeException(path, error.Message.Split('\n')[0], error);
        }
    }
}
