using System;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Data;

/// <summary>The part of a data set that was set apart for measuring.</summary>
public static class EvaluationSplit
{
    private const string CifarTest = "test";

    private static readonly string[] Names = ["val", "validation", "test"];

    /// <summary>Opens the split <c>val</c>, <c>validation</c> or <c>test</c> of the data set at <paramref name="path"/>; null where it has none.</summary>
    /// <exception cref="DatasetException">There is such a split and it cannot be used.</exception>
    public static ImageSource? TryOpen(string path)
    {
        if (ShapesSource.Names(path)) return DatasetLocator.Open(path, Names[0]);
        if (!Directory.Exists(path)) return null;
        try
        {
            return NameIn(path) is { } name ? DatasetLocator.Open(path, name) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"cannot read the data set at '{path}': {error.Message}", error);
        }
    }

    private static string? NameIn(string path)
    {
        if (Array.Find(Names, name => Directory.Exists(Path.Combine(path, name)) && !DatasetLocator.IsClassAmongClasses(Path.Combine(path, name))) is { } split) return split;
        if (Directory.EnumerateFiles(path, "*.bin").Any(file => Path.GetFileName(file).StartsWith(CifarTest, StringComparison.OrdinalIgnoreCase))) return CifarTest;
        // An unpacked archive often adds one folder around everything.
        var folders = ImageFiles.SubFolders(path);
        return folders.Count == 1 && !ImageFiles.AnyDirectly(path) && !ImageFiles.AnyDirectly(folders[0]) ? NameIn(folders[0]) : null;
    }
}
