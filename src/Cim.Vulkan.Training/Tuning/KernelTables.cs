using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Training;

/// <summary>
/// Measured choices of kernels on disk: one file a device and driver beside the pipeline cache, and those that come with the program.
/// A file that is damaged, of another device or of a newer program is left aside with one line: a table saves time only.
/// </summary>
public static class KernelTables
{
    private const int MostBytes = 4 << 20;

    /// <summary>The file of a device with its driver.</summary>
    /// <param name="folder">The cache folder.</param>
    /// <param name="device">The device.</param>
    public static string PathOf(string folder, DeviceCapabilities device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Path.Combine(folder, $"kernels-{device.Identity[..16]}.json");
    }

    /// <summary>The choices for a device: those measured on it, else those that come with the program, else none.</summary>
    /// <param name="folder">The cache folder.</param>
    /// <param name="device">The device.</param>
    /// <param name="warn">Told in one line why a file is left aside.</param>
    public static KernelTable Load(string folder, DeviceCapabilities device, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        if (Read(PathOf(folder, device), device, warn) is { } file)
            return TableOf(file.Choices, changes => $"tuned on {file.Tuned}, {changes} {(changes == 1 ? "choice" : "choices")}");
        return Shipped.FirstOrDefault(table => Suits(table, device)) is { } shipped ? TableOf(shipped.Choices, _ => shipped.Origin) : KernelTable.Empty;
    }

    /// <summary>Puts choices into a device's file; what was measured for other size classes stays.</summary>
    /// <param name="folder">The cache folder, made where it is missing.</param>
    /// <param name="device">The device.</param>
    /// <param name="choices">What was measured now.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string folder, DeviceCapabilities device, IReadOnlyCollection<MeasuredChoice> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ArgumentNullException.ThrowIfNull(device);
        string path = PathOf(folder, device);
        Dictionary<KernelSize, MeasuredChoice> all = (Read(path, device, _ => { })?.Choices ?? []).ToDictionary(choice => choice.Size);
        foreach (MeasuredChoice choice in choices) all[choice.Size] = choice;
        var file = new TuningFile(device.Identity, device.Name, $"{device.DriverName} {device.DriverInfo}", DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), [.. all.Values])
        {
            Format = TuningFile.CurrentFormat,
        };
        Directory.CreateDirectory(folder);
        AtomicFiles.WriteText(new PhysicalFileSystem(), path, JsonSerializer.Serialize(file, TuningJson.Default.TuningFile) + "\n");
    }

    // Read from the program itself: a mistake in it is ours and no user's.
    private static ShippedTable[] Shipped
    {
        get
        {
            using Stream stream = typeof(KernelTables).Assembly.GetManifestResourceStream("shipped-kernel-tables.json")!;
            return JsonSerializer.Deserialize(stream, TuningJson.Default.ShippedTableArray)!;
        }
    }

    internal static bool Suits(ShippedTable table, DeviceCapabilities device) =>
        table.VendorId == device.VendorId && device.Name.Contains(table.NamePart, StringComparison.OrdinalIgnoreCase);

    private static KernelTable TableOf(IEnumerable<MeasuredChoice> measured, Func<int, string> origin)
    {
        KernelChoice[] changes = [.. measured.Where(choice => choice.IsChange).Select(choice => new KernelChoice(choice.Size, choice.Tile, choice.WantedGroups))];
        return new KernelTable(changes, origin(changes.Length));
    }

    private static TuningFile? Read(string path, DeviceCapabilities device, Action<string> warn)
    {
        try
        {
            if (!File.Exists(path)) return null;
            if (new FileInfo(path).Length > MostBytes) throw new InvalidDataException("it is too large");
            TuningFile? file = JsonSerializer.Deserialize(File.ReadAllBytes(path), TuningJson.Default.TuningFile);
            if (file is not { Choices: not null, Identity: not null, Tuned: not null } || file.Choices.Contains(null!)) throw new InvalidDataException("parts are missing");
            if (file.Format != TuningFile.CurrentFormat) throw new InvalidDataException($"it has format {file.Format}, this program reads {TuningFile.CurrentFormat}");
            if (file.Identity != device.Identity) throw new InvalidDataException("it is of another device or driver");
            if (!DateOnly.TryParseExact(file.Tuned, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) throw new InvalidDataException("its date is none");
            if (file.Choices.DistinctBy(choice => choice.Size).Count() < file.Choices.Count) throw new InvalidDataException("it names a size twice");
            return file;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            warn($"the kernel table '{path}' is not used ({error.Message.ReplaceLineEndings(" ")}): `cim tune` writes a new one");
            return null;
        }
    }
}
