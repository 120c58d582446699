using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>The driver manifests that the Vulkan loader reads, and graphics cards that have none.</summary>
internal static class DriverCheck
{
    private const string Topic = "drivers";

    public static IEnumerable<Finding> Run()
    {
        if (OperatingSystem.IsWindows())
        {
            yield return new Finding(FindingLevel.Ok, Topic, "registered with Windows; the devices above are theirs");
            yield break;
        }
        string variable = Environment.GetEnvironmentVariable("VK_DRIVER_FILES") is { Length: > 0 } ? "VK_DRIVER_FILES" : "VK_ICD_FILENAMES";
        string[] named = (Environment.GetEnvironmentVariable(variable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] manifests = [.. named.Length > 0 ? named.SelectMany(Expand) : Folders().SelectMany(Expand)];
        if (manifests.Length == 0)
            yield return named.Length > 0
                ? new Finding(FindingLevel.Problem, Topic, $"{variable} names no driver that exists: {string.Join(", ", named)}", $"unset {variable}, or set it to a driver's .json file")
                : new Finding(FindingLevel.Problem, Topic, "none installed", "sudo apt-get install mesa-vulkan-drivers (Debian, Ubuntu), or your GPU vendor's driver");
        else
            yield return new Finding(FindingLevel.Ok, Topic, $"{string.Join(", ", manifests.Select(Path.GetFileName))} in {string.Join(", ", manifests.Select(Path.GetDirectoryName).Distinct())}{(named.Length > 0 ? $" (named by {variable})" : "")}");
        foreach (string manifest in manifests)
            if (Fault(manifest) is { } fault) yield return new Finding(FindingLevel.Note, Topic, fault, $"reinstall that driver, or remove {manifest}");
        if (OperatingSystem.IsLinux()) foreach (Finding finding in GraphicsCards.WithoutDriver(manifests)) yield return finding;
    }

    /// <summary>What is wrong with a manifest; null where nothing is.</summary>
    internal static string? Fault(string manifest)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(manifest));
            string library = json.RootElement.GetProperty("ICD").GetProperty("library_path").GetString() ?? "";
            // A bare name is looked for by the system, a path from where the manifest lies.
            string path = library.Contains('/') ? Path.GetFullPath(library, Path.GetDirectoryName(Path.GetFullPath(manifest))!) : library;
            if (!NativeLibrary.TryLoad(path, out IntPtr handle)) return $"{Path.GetFileName(manifest)} names {library}, which cannot be loaded";
            NativeLibrary.Free(handle);
            return null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return $"{Path.GetFileName(manifest)} cannot be read: {error.Message.ReplaceLineEndings(" ")}";
        }
    }

    // A folder stands for the manifests in it.
    private static IEnumerable<string> Expand(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal) : File.Exists(path) ? [path] : [];

    // Where the loader looks on systems that follow the XDG folders.
    private static IEnumerable<string> Folders()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        IEnumerable<string> configuration = Variable("XDG_CONFIG_HOME", Path.Combine(home, ".config")).Concat(Variable("XDG_CONFIG_DIRS", "/etc/xdg"));
        IEnumerable<string> data = Variable("XDG_DATA_HOME", Path.Combine(home, ".local/share")).Concat(Variable("XDG_DATA_DIRS", "/usr/local/share:/usr/share"));
        return configuration.Append("/usr/local/etc").Append("/etc").Concat(data).Select(folder => Path.Combine(folder, "vulkan/icd.d")).Distinct();
    }

    private static string[] Variable(string name, string standard)
    {
        string? value = Environment.GetEnvironmentVariable(name);
        return (string.IsNullOrEmpty(value) ? standard : value).Split(':', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>Graphics cards on Linux's PCI bus whose vendor's driver is not among the manifests.</summary>
internal static class GraphicsCards
{
    private const string DisplayClass = "0x03";

    private static readonly (string Vendor, string Name, string[] Manifests, string Mend)[] s_vendors =
    [
        ("0x10de", "an NVIDIA GPU", ["nvidia", "nouveau"], "sudo apt-get install nvidia-driver (Debian), or NVIDIA's installer"),
        ("0x1002", "an AMD GPU", ["radeon", "amd"], "sudo apt-get install mesa-vulkan-drivers"),
        ("0x8086", "an Intel GPU", ["intel"], "sudo apt-get install mesa-vulkan-drivers"),
    ];

    public static IEnumerable<Finding> WithoutDriver(IReadOnlyCollection<string> manifests)
    {
        const string bus = "/sys/bus/pci/devices";
        string[] present = Directory.Exists(bus)
            ? [.. Directory.EnumerateDirectories(bus).Where(device => Word(device, "class").StartsWith(DisplayClass, StringComparison.Ordinal)).Select(device => Word(device, "vendor")).Distinct()]
            : [];
        foreach ((string vendor, string name, string[] words, string mend) in s_vendors)
            if (present.Contains(vendor) && !manifests.Any(path => words.Any(word => Path.GetFileName(path).Contains(word, StringComparison.OrdinalIgnoreCase))))
                yield return new Finding(FindingLevel.Note, "drivers", $"there is {name} in this machine and no Vulkan driver for it: it is not used", mend);
    }

    private static string Word(string device, string file)
    {
        string path = Path.Combine(device, file);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
    }
}
