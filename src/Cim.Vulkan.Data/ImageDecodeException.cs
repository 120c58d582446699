using System;

namespace Cim.Vulkan.Data;

/// <summary>One picture that cannot be decoded, or that is refused before decoding (too large, truncated, unsupported format).</summary>
public sealed class ImageDecodeException : Exception
{
    /// <summary>Creates the exception for the picture <paramref name="key"/> with a one-line reason.</summary>
    public ImageDecodeException(string key, string reason, Exception? innerException = null)
        : base($"picture '{PrintableText.Of(key)}' cannot be used: {PrintableText.Of(reason, 400)}", innerException)
    {
        Key = key;
        Reason = PrintableText.Of(reason, 400);
    }

    /// <summary>The key of the picture in its data set.</summary>
    public string Key { get; }

    /// <summary>Why it cannot be used, in one line and without the key.</summary>
    public string Reason { get; }
}
