using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>Finds picture files below a folder, in an order that is the same on every system.</summary>
internal static class ImageFiles
{
    /// <summary>A link that points upwards must not become an endless walk.</summary>
    private const int MaximumDepth = 16;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".ppm", ".pgm", ".avif", ".heic", ".jp2",
    };

    public static bool HasImageExtension(string name) => Extensions.Contains(Path.GetExtension(name));

    public static bool IsHidden(string path) => Path.GetFileName(path).StartsWith('.');

    /// <summary>Folders directly below, without hidden ones, sorted by ordinal.</summary>
    public static List<string> SubFolders(string folder)
    {
        var folders = Directory.EnumerateDirectories(folder).Where(path => !IsHidden(path)).ToList();
        folders.Sort(string.CompareOrdinal);
        return folders;
    }

    /// <summary>Picture files below <paramref name="folder"/> as keys with '/' relative to <paramref name="root"/>, sorted by ordinal.</summary>
    public static List<string> Find(string root, string folder, bool recursive)
    {
        var keys = new List<string>();
        Collect(root, folder, recursive ? MaximumDepth : 0, keys);
        keys.Sort(string.CompareOrdinal);
        return keys;
    }

    public static bool AnyDirectly(string folder) =>
        Directory.EnumerateFiles(folder).Any(path => HasImageExtension(path) && !IsHidden(path));

    public static byte[] ReadAll(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"cannot read '{path}' ({error.Message}); was the data set moved or changed while in use?", error);
        }
    }

    private static void Collect(string root, string folder, int depth, List<string> keys)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (HasImageExtension(path) && !IsHidden(path)) keys.Add(Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'));
        }

        if (depth == 0) return;
        foreach (var child in SubFolders(folder))
        {
            if (!LeadsUpwards(child)) Collect(root, child, depth - 1, keys);
        }
    }

    /// <summary>A link to a folder above it would list the same pictures again and again.</summary>
    private static bool LeadsUpwards(string folder)
    {
        var target = new DirectoryInfo(folder).ResolveLinkTarget(returnFinalTarget: true);
        if (target is null) return false;
        var above = Path.TrimEndingDirectorySeparator(target.FullName) + Path.DirectorySeparatorChar;
        return Path.GetFullPath(folder).StartsWith(above, StringComparison.Ordinal);
    }
}
