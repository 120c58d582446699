using System;
using System.IO;

namespace Cim.Vulkan.Data;

/// <summary>Reads a file that is named like a picture and may be anything: a pipe, a broken link, larger than memory, not ours to read.</summary>
internal static class PictureFile
{
    /// <summary>The bytes of the picture <paramref name="key"/> below <paramref name="root"/>.</summary>
    /// <exception cref="ImageDecodeException">This one file cannot be read as a picture.</exception>
    /// <exception cref="DatasetException">The file vanished or the storage fails: the others may be gone too.</exception>
    public static byte[] Read(string root, string key)
    {
        var path = Path.Combine(root, key);
        try
        {
            CheckLength(key, path);
            return File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new ImageDecodeException(key, "it may not be read by this user; give read permission (chmod +r) or remove it", error);
        }
        catch (IOException error)
        {
            throw Explain(key, path, error);
        }
    }

    private static void CheckLength(string key, string path)
    {
        var file = new FileInfo(path);
        var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        var length = target.Length;
        // Pipes and devices have no length; opening one could wait forever or never end.
        if (length == 0) throw new ImageDecodeException(key, "the file is empty");
        if (length > ImageDecoder.MaximumFileBytes)
            throw new ImageDecodeException(key, $"the file has {length} bytes, more than the {ImageDecoder.MaximumFileBytes} allowed for one picture");
    }

    private static Exception Explain(string key, string path, IOException error)
    {
        if (new FileInfo(path).LinkTarget is not null) return new ImageDecodeException(key, "it is a link that leads nowhere; mend or remove it", error);
        if (key.Contains('\uFFFD', StringComparison.Ordinal)) return new ImageDecodeException(key, "its name is not valid UTF-8; rename it", error);
        return new DatasetException($"cannot read '{path}' ({error.Message}); was the data set moved or changed while in use?", error);
    }
}
