using System;

namespace Cim.Vulkan.Training;

/// <summary>Where TensorBoard shows a series: it puts tags with the same word before the slash side by side.</summary>
internal static class SeriesTag
{
    // The words that a series' name may begin with to be shown with that word's group: generatorLoss is generator/loss.
    private static readonly string[] s_owners = ["generator", "enhancer", "device", "probe", "knn"];

    /// <summary>The tag of a series of <c>metrics.jsonl</c>.</summary>
    /// <param name="name">In camelCase.</param>
    public static string Of(string name)
    {
        foreach (string owner in s_owners)
        {
            if (name.Length > owner.Length && name.StartsWith(owner, StringComparison.Ordinal) && char.IsUpper(name[owner.Length]))
                return $"{owner}/{char.ToLowerInvariant(name[owner.Length])}{name[(owner.Length + 1)..]}";
        }

        return name switch
        {
            "maskedAccuracy" => "generator/maskedAccuracy",
            "auc" or "replacedShare" or "l1Loss" or "l2Loss" => $"enhancer/{name}",
            "imagesPerSecond" => "device/imagesPerSecond",
            _ => $"training/{name}",
        };
    }

    /// <summary>The tag of a picture by its path: <c>grids/step-00000500.png</c> is <c>grids/step</c>.</summary>
    /// <param name="path">The file.</param>
    public static string OfPicture(string path)
    {
        string name = System.IO.Path.GetFileNameWithoutExtension(path);
        int dash = name.LastIndexOf('-');
        return $"{System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path))}/{(dash > 0 ? name[..dash] : name)}";
    }
}
