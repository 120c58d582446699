using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>A farm survey as it is stored.</summary>
/// <param name="Device">The device's name, or the one that the user gave.</param>
/// <param name="DeviceName">The device's own name.</param>
/// <param name="Driver">The driver's name.</param>
/// <param name="DriverInfo">The driver's version in its own words.</param>
/// <param name="Family">Whose names the figures were read by; empty where the driver is not known.</param>
/// <param name="Measured">When, UTC.</param>
/// <param name="Notes">What was not planned as wanted.</param>
/// <param name="Rows">One a program.</param>
internal sealed record FarmFile(string Device, string DeviceName, string Driver, string DriverInfo, string Family, string Measured, IReadOnlyList<string> Notes, IReadOnlyList<FarmFileRow> Rows)
{
    /// <summary>Rises when a field changes its meaning.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Describes rows found now.</summary>
    public static FarmFile Of(string name, DeviceCapabilities device, FarmCompilerNames? names, IReadOnlyList<string> notes, IEnumerable<FarmRow> rows) =>
        new(name, device.Name, device.DriverName, device.DriverInfo, names?.Family ?? "", DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"), notes, [.. rows.Select(FarmFileRow.Of)]);

    /// <summary>Writes the file; an existing one is replaced.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, FarmJson.Default.FarmFile) + "\n");
}

/// <summary>A row as it is stored.</summary>
/// <param name="Kernel">See <see cref="FarmRow.Kernel"/>.</param>
/// <param name="Constants">See <see cref="FarmRow.Constants"/>.</param>
/// <param name="Program">See <see cref="FarmRow.Program"/>.</param>
/// <param name="Problem">See <see cref="FarmRow.Problem"/>.</param>
/// <param name="IsHot">See <see cref="FarmRow.IsHot"/>.</param>
/// <param name="Figures">See <see cref="FarmRow.Figures"/>.</param>
/// <param name="Statistics">The compiler's own, under its names.</param>
/// <param name="Users">See <see cref="FarmRow.Users"/>.</param>
internal sealed record FarmFileRow(string Kernel, string Constants, string Program, string Problem, bool IsHot, FarmFigures Figures,
    IReadOnlyList<KeyValuePair<string, double>> Statistics, IReadOnlyList<string> Users)
{
    public static FarmFileRow Of(FarmRow row) => new(row.Kernel, row.Constants, row.Program, row.Problem, row.IsHot, row.Figures,
        [.. row.Statistics.Where(statistic => double.IsFinite(statistic.Value)).Select(statistic => KeyValuePair.Create(statistic.Name, statistic.Value))], row.Users);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FarmFile))]
internal sealed partial class FarmJson : JsonSerializerContext;
