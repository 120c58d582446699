using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Cim.Vulkan.Training;

/// <summary>The host: system, processor cores, memory.</summary>
internal static class MachineCheck
{
    private const long LittleMemoryBytes = 2L << 30;

    public static IEnumerable<Finding> Run()
    {
        yield return new Finding(FindingLevel.Ok, "system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        int cores = Environment.ProcessorCount;
        yield return cores > 1
            ? new Finding(FindingLevel.Ok, "processor cores", $"{cores}")
            : new Finding(FindingLevel.Note, "processor cores", "1: decoding pictures and driving the device take turns", "give the machine two or more");
        long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, free = FreeMemoryBytes() ?? total;
        string text = $"{ByteSize.Of(free)} free of {ByteSize.Of(total)}";
        yield return free >= LittleMemoryBytes
            ? new Finding(FindingLevel.Ok, "host memory", text)
            : new Finding(FindingLevel.Note, "host memory", $"{text}: large pictures and batches may not fit", "close other programs, or give a smaller --batch");
    }

    // Linux says what is free with its caches given up; elsewhere the total must do.
    private static long? FreeMemoryBytes()
    {
        const string path = "/proc/meminfo", name = "MemAvailable:";
        if (!File.Exists(path)) return null;
        string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        string? number = line?[name.Length..].Trim().Split(' ')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes) ? kibibytes * 1024 : null;
    }
}

/// <summary>Bytes in the unit that reads best.</summary>
internal static class ByteSize
{
    private static readonly string[] s_units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    public static string Of(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1024 && unit < s_units.Length - 1; unit++) value /= 1024;
        return unit == 0 ? $"{bytes} bytes" : $"{value.ToString("0.0", CultureInfo.InvariantCulture)} {s_units[unit]}";
    }
}
