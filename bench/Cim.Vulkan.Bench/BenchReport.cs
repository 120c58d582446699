using System.Collections.Generic;
using System.IO;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>Rows as a table while they come, and as a file at the end.</summary>
internal sealed class BenchReport(GpuDevice device, TextWriter output)
{
    private readonly List<BenchRow> _rows = new();

    public void WriteHeader() => output.WriteLine(
        $"{device.Capabilities.Name}, {device.Capabilities.DriverName} {device.Capabilities.DriverInfo}, Vulkan {device.Capabilities.ApiVersion}");

    /// <summary>What the rows are compared with; null before it was measured.</summary>
    public DeviceRoof? Roof { get; private set; }

    public void WriteRoof(DeviceRoof roof)
    {
        Roof = roof;
        output.WriteLine($"roof: {roof.Gflops:F1} GFLOP/s fp32, {roof.GigabytesPerSecond:F1} GB/s copy, {roof.LaunchMicroseconds:F1} us a launch, {roof.SubmitMicroseconds:F0} us a submit");
    }

    public void WriteTableHead() => output.WriteLine($"{"op",-26} {"case",-40} {"variant",-10} {"ms",10} {"spread",7} {"GFLOP/s",9} {"GB/s",8} {"roof",6} {"error",9}  status");

    public void Add(BenchRow row) => _rows.Add(row);

    public void WriteTableRow(BenchRow row) => output.WriteLine(
        $"{row.Op,-26} {row.Case,-40} {row.Variant,-10} {Number(row.Milliseconds, "F3"),10} {Number(row.Spread, "P0"),7} {Number(row.GigaflopsPerSecond, "F1"),9} " +
        $"{Number(row.GigabytesPerSecond, "F2"),8} {Number(row.RoofShare, "P0"),6} {row.MaxError,9:E1}  {row.Status}");

    /// <summary>Writes all rows; an existing file is replaced.</summary>
    public void WriteJson(string? path, string kind)
    {
        if (path is not null) (BenchFile.Of(device, kind, _rows) with { Roof = Roof }).Write(path);
    }

    private static string Number(double? value, string format) => value?.ToString(format) ?? "-";
}
