using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace Cim.Vulkan.Bench;

/// <summary>Figures of one device's hot kernels as they were.</summary>
/// <param name="Driver">The driver with its version, for another one may compile otherwise.</param>
/// <param name="Kernels">By <see cref="FarmRow.Key"/>.</param>
internal sealed record FarmBaselineDevice(string Driver, IReadOnlyDictionary<string, FarmFigures> Kernels);

/// <summary>The hot kernels' figures of many devices in one file, a line a kernel, so that a change is seen in a diff.</summary>
internal sealed class FarmBaseline
{
    private const int Format = 1, MostBytes = 64 << 20;
    private const string Mend = "give one that `cim bench farm --baseline FILE --update` wrote";

    private static readonly string[] s_figures = ["subgroup", "registers", "spills", "occupancy", "instructions", "cycles"];

    private readonly SortedDictionary<string, FarmBaselineDevice> _devices = new(StringComparer.Ordinal);

    /// <summary>The devices by name.</summary>
    public IReadOnlyDictionary<string, FarmBaselineDevice> Devices => _devices;

    /// <summary>Puts a device's hot kernels in the place of its former ones.</summary>
    public void Set(string device, string driver, IEnumerable<FarmRow> rows) =>
        _devices[device] = new FarmBaselineDevice(driver, rows.Where(row => row.IsHot && row.Problem.Length == 0).ToDictionary(row => row.Key, row => row.Figures));

    /// <summary>Reads a file.</summary>
    /// <exception cref="BenchFileException">There is none, or it is no baseline.</exception>
    public static FarmBaseline Read(string path)
    {
        if (!File.Exists(path)) throw new BenchFileException($"there is no file '{path}': {Mend}");
        if (new FileInfo(path).Length > MostBytes) throw new BenchFileException($"'{path}' is too large for a baseline: {Mend}");
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or IndexOutOfRangeException or FormatException)
        {
            throw new BenchFileException($"'{path}' cannot be read as a baseline of `cim bench farm`: {Mend}", error);
        }
    }

    /// <summary>Writes the file; an existing one is replaced in one step.</summary>
    public void Write(string path)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(temporary, ToJson());
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    internal string ToJson()
    {
        var text = new StringBuilder($"{{\n\"format\": {Format},\n\"figures\": [{string.Join(", ", s_figures.Select(Quoted))}],\n\"devices\": {{");
        text.AppendJoin(",", _devices.Select(device => $"\n{Quoted(device.Key)}: {{\"driver\": {Quoted(device.Value.Driver)}, \"kernels\": {{{Lines(device.Value)}\n}}}}"));
        return text.Append("\n}\n}\n").ToString();
    }

    private static string Lines(FarmBaselineDevice device) => string.Join(",", device.Kernels.OrderBy(kernel => kernel.Key, StringComparer.Ordinal)
        .Select(kernel => $"\n{Quoted(kernel.Key)}: [{string.Join(", ", ValuesOf(kernel.Value).Select(value => value?.ToString("R") ?? "null"))}]"));

    private static FarmBaseline Read(JsonElement root, string path)
    {
        if (root.GetProperty("format").GetInt32() > Format) throw new BenchFileException($"'{path}' has a format that is newer than this program: take a newer program");
        var baseline = new FarmBaseline();
        foreach (JsonProperty device in root.GetProperty("devices").EnumerateObject())
        {
            baseline._devices[device.Name] = new FarmBaselineDevice(device.Value.GetProperty("driver").GetString() ?? "",
                device.Value.GetProperty("kernels").EnumerateObject().ToDictionary(kernel => kernel.Name, kernel => FiguresOf(kernel.Value)));
        }
        return baseline;
    }

    private static double?[] ValuesOf(FarmFigures figures) =>
        [figures.SubgroupSize, figures.Registers, figures.Spills, figures.Occupancy, figures.Instructions, figures.Cycles];

    private static FarmFigures FiguresOf(JsonElement values)
    {
        double? At(int i) => values[i].ValueKind == JsonValueKind.Null ? null : values[i].GetDouble();
        return new FarmFigures { SubgroupSize = values[0].GetInt32(), Registers = At(1), Spills = At(2), Occupancy = At(3), Instructions = At(4), Cycles = At(5) };
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
