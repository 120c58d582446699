using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>Finds picture files below a folder, in an order that is the same on every system.</summary>
internal static class ImageFiles
{
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
        Collect(root, folder, Path.GetFullPath(folder), recursive ? MaximumDepth : 0, [], keys);
        keys.Sort(string.CompareOrdinal);
        return keys;
    }

    public static bool AnyDirectly(string folder) =>
        Directory.EnumerateFiles(folder).Any(path => HasImageExtension(path) && !IsHidden(path));

    public static bool AnyBelow(string folder) => AnyBelow(folder, Path.GetFullPath(folder), MaximumDepth, []);

    private static void Collect(string root, string folder, string realFolder, int depth, HashSet<string> seen, List<string> keys)
    {
        // Links can lead upwards or back and forth between folders: each real folder is listed once.
        if (!seen.Add(realFolder)) return;
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (HasImageExtension(path) && !IsHidden(path)) keys.Add(Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'));
        }

        if (depth == 0) return;
        foreach (var child in SubFolders(folder))
        {
            var real = RealPath(realFolder, child);
            if (!LeadsUpwards(realFolder, real)) Collect(root, child, real, depth - 1, seen, keys);
        }
    }

    private static bool AnyBelow(string folder, string realFolder, int depth, HashSet<string> seen) =>
        seen.Add(realFolder)
        && (AnyDirectly(folder) || depth > 0 && SubFolders(folder).Any(child => AnyBelow(child, RealPath(realFolder, child), depth - 1, seen)));

    private static string RealPath(string realParent, string folder)
    {
        var path = Path.Combine(realParent, Path.GetFileName(folder));
        return Path.TrimEndingDirectorySeparator(new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
    }

    /// <summary>A link to a folder above it would list the pictures of all classes as those of one.</summary>
    private static bool LeadsUpwards(string realParent, string realChild) =>
        (realParent + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(realChild) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
