using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace Cim.Vulkan.Training;

/// <summary>A picture file of a run.</summary>
/// <param name="Step">Steps done when it was drawn.</param>
/// <param name="Path">The PNG file.</param>
public sealed record RunPicture(long Step, string Path);

/// <summary>Names of the picture files in a run's folder: <c>grids/step-00000500.png</c> and <c>grids/corruptions-00000500.png</c>.</summary>
internal static class RunPictures
{
    private const string Folder = "grids", GridPrefix = "step-", CorruptionsPrefix = "corruptions-", Extension = ".png";

    /// <summary>The corruptions' file that belongs to a grid's.</summary>
    public static string CorruptionsBeside(string gridPath) =>
        Path.Combine(Path.GetDirectoryName(gridPath) ?? "", CorruptionsPrefix + Path.GetFileName(gridPath).Replace(GridPrefix, "", StringComparison.Ordinal));

    /// <summary>The grids of a run, by step.</summary>
    public static IReadOnlyList<RunPicture> Grids(string run) => Find(run, GridPrefix);

    /// <summary>The corruptions of a run's picture, by step.</summary>
    public static IReadOnlyList<RunPicture> Corruptions(string run) => Find(run, CorruptionsPrefix);

    private static RunPicture[] Find(string run, string prefix)
    {
        string folder = Path.Combine(run, Folder);
        if (!Directory.Exists(folder)) return [];
        return Directory.EnumerateFiles(folder, $"{prefix}*{Extension}")
            .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? new RunPicture(step, path) : null)
            .OfType<RunPicture>().OrderBy(picture => picture.Step).ToArray();
    }
}
