using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>How often each code of the tokenizer was a picture's golden token. Stored as <c>codes.json</c>.</summary>
/// <param name="Counts">Occurrences by code, <c>[vocabularySize]</c>.</param>
public sealed record CodeCounts(IReadOnlyList<long> Counts)
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string FileName = "codes.json";

    /// <summary>Tokens counted.</summary>
    [JsonIgnore]
    public long Total => Counts.Sum();

    /// <summary>Codes that occur at all.</summary>
    [JsonIgnore]
    public int UsedCodes => Counts.Count(count => count > 0);

    /// <summary>Effective number of codes: exp of the entropy; NaN before the first token.</summary>
    [JsonIgnore]
    public double Perplexity
    {
        get
        {
            double total = Total;
            return total == 0 ? double.NaN : Math.Exp(-Counts.Where(count => count > 0).Sum(count => count / total * Math.Log(count / total)));
        }
    }

    /// <summary>Share of the most frequent code, what a constant guess would hit; NaN before the first token.</summary>
    [JsonIgnore]
    public double MostFrequentShare => Total == 0 ? double.NaN : (double)Counts.Max() / Total;

    /// <summary>Reads a folder's counts; null where there are none or they are damaged.</summary>
    /// <param name="folder">A run's folder.</param>
    public static CodeCounts? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            CodeCounts? read = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), ReportJson.Default.CodeCounts) : null;
            return read?.Counts is { Count: > 0 } counts && counts.All(count => count is >= 0 and < long.MaxValue / (1 << 20)) ? read : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static void Save(IFileSystem fileSystem, string folder, CodeUsage usage)
    {
        fileSystem.CreateFolder(folder);
        var counts = new CodeCounts(usage.Counts.ToArray());
        AtomicFiles.WriteText(fileSystem, Path.Combine(folder, FileName), JsonSerializer.Serialize(counts, ReportJson.Default.CodeCounts) + "\n");
    }
}
