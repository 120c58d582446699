using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>Rows as a table while they come, and as JSON at the end.</summary>
internal sealed class BenchReport(GpuDevice device, TextWriter output)
{
    private readonly List<BenchRow> _rows = new();

    public void WriteHeader() => output.WriteLine(
        $"{device.Capabilities.Name}, {device.Capabilities.DriverName} {device.Capabilities.DriverInfo}, Vulkan {device.Capabilities.ApiVersion}");

    public void WriteTableHead() => output.WriteLine($"{"op",-26} {"case",-40} {"variant",-10} {"ms",10} {"GFLOP/s",9} {"GB/s",8} {"error",9}  status");

    public void Add(BenchRow row) => _rows.Add(row);

    public void WriteTableRow(BenchRow row) => output.WriteLine(
        $"{row.Op,-26} {row.Case,-40} {row.Variant,-10} {Number(row.Milliseconds, "F3"),10} {Number(row.GigaflopsPerSecond, "F1"),9} " +
        $"{Number(row.GigabytesPerSecond, "F2"),8} {row.MaxError,9:E1}  {row.Status}");

    /// <summary>Writes all rows; an existing file is replaced.</summary>
    public void WriteJson(string? path, string kind)
    {
        if (path is null) return;
        using FileStream file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("bench", kind);
        json.WriteString("device", device.Capabilities.Name);
        json.WriteString("driver", device.Capabilities.DriverName);
        json.WriteString("driverInfo", device.Capabilities.DriverInfo);
        json.WriteString("apiVersion", device.Capabilities.ApiVersion);
        json.WriteString("deviceUuid", device.Capabilities.Uuid);
        json.WriteString("measured", DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"));
        json.WriteStartArray("rows");
        foreach (BenchRow row in _rows) WriteJson(json, row);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJson(Utf8JsonWriter json, BenchRow row)
    {
        json.WriteStartObject();
        json.WriteString("op", row.Op);
        json.WriteString("case", row.Case);
        json.WriteString("variant", row.Variant);
        WriteNumber(json, "gflops", row.GigaflopsPerSecond);
        WriteNumber(json, "gigabytesPerSecond", row.GigabytesPerSecond);
        WriteNumber(json, "milliseconds", row.Milliseconds);
        WriteNumber(json, "maxError", row.MaxError);
        json.WriteString("status", row.Status);
        json.WriteEndObject();
    }

    // JSON has no word for infinity or not-a-number.
    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    private static string Number(double? value, string format) => value?.ToString(format) ?? "-";
}
