namespace Cim.Vulkan.Data;

/// <summary>One picture as its data set stores it: an encoded file, or raw RGB pixels.</summary>
/// <param name="Key">A name for messages, unique in its data set; never used as a path.</param>
/// <param name="Label">The class index, or -1 where there is none.</param>
/// <param name="Bytes">The encoded file (JPEG, PNG …), or the pixels [height, width, 3] when <paramref name="RawWidth"/> is positive.</param>
/// <param name="RawWidth">Width in pixels of raw pixels, 0 for an encoded file.</param>
/// <param name="RawHeight">Height in pixels of raw pixels, 0 for an encoded file.</param>
public readonly record struct ImageRecord(string Key, int Label, byte[] Bytes, int RawWidth = 0, int RawHeight = 0)
{
    /// <summary>Whether <see cref="Bytes"/> are pixels rather than an encoded file.</summary>
    public bool IsRaw => RawWidth > 0;
}
