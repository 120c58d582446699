using System;
using System.Buffers.Binary;
using System.IO;

namespace Cim.Vulkan.Training;

/// <summary>A PNG file with what its header says.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
/// <param name="Channels">1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.</param>
internal sealed record PngPicture(ReadOnlyMemory<byte> Bytes, int Width, int Height, int Channels)
{
    private const int WidthOffset = 16, HeightOffset = 20, ColorTypeOffset = 25, HeaderEnd = 33;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is no PNG file.</exception>
    public static PngPicture Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        ReadOnlySpan<byte> signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];
        if (bytes.Length < HeaderEnd || !bytes.AsSpan().StartsWith(signature)) throw new InvalidDataException($"'{path}' is no PNG file");
        int channels = bytes[ColorTypeOffset] switch
        {
            0 => 1,
            4 => 2,
            6 => 4,
            _ => 3,
        };
        return new PngPicture(bytes, BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(WidthOffset)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(HeightOffset)), channels);
    }
}
