using System;
using System.Collections.Generic;
using System.IO;

namespace Cim.Vulkan.Training;

/// <summary>The folders that a training writes to.</summary>
internal static class DiskCheck
{
    private const long TooLittleBytes = 200L << 20;
    private const long LittleBytes = 5L << 30;

    public static IEnumerable<Finding> Cache(string folder)
    {
        const string topic = "pipeline cache";
        yield return WhyNotWritable(folder) is { } reason
            ? new Finding(FindingLevel.Note, topic, $"{folder} cannot be written ({reason}): kernels are compiled anew at every start", "set XDG_CACHE_HOME to a folder of yours")
            : new Finding(FindingLevel.Ok, topic, folder);
    }

    public static IEnumerable<Finding> Out(string folder)
    {
        string path = Path.GetFullPath(folder);
        if (WhyNotWritable(path) is { } reason)
        {
            yield return new Finding(FindingLevel.Problem, "--out", $"{path} cannot be written: {reason}", "give an --out that you may write to");
            yield break;
        }
        long free = new DriveInfo(ExistingParent(path)).AvailableFreeSpace;
        string text = $"{ByteSize.Of(free)} free at {path}";
        yield return free < TooLittleBytes ? new Finding(FindingLevel.Problem, "disk", $"{text}: not enough for checkpoints", "free some space, or give an --out on another disk")
            : free < LittleBytes ? new Finding(FindingLevel.Note, "disk", $"{text}: the checkpoints of a ViT-B run take about 4.5 GiB", "free some space, or give an --out on another disk")
            : new Finding(FindingLevel.Ok, "disk", text);
        if (CheckpointStore.Names(Path.Combine(path, "checkpoints")).Count > 0)
            yield return new Finding(FindingLevel.Note, "--out", $"{path} already holds a run", "go on with it by --resume, or give another --out");
    }

    // The only way to know is to try: rights, read-only mounts and quotas all say no in their own way.
    private static string? WhyNotWritable(string path)
    {
        try
        {
            string probe = Path.Combine(ExistingParent(path), $".cim-doctor-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return error.Message.ReplaceLineEndings(" ");
        }
    }

    private static string ExistingParent(string path)
    {
        string full = Path.GetFullPath(path);
        while (!Directory.Exists(full))
        {
            if (File.Exists(full)) throw new IOException($"{full} is a file");
            full = Path.GetDirectoryName(full) ?? throw new IOException($"{path} is on no disk");
        }
        return full;
    }
}
