using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>Rows as a table while they come, and as a file at the end.</summary>
internal sealed class BenchReport(GpuDevice device, TextWriter output)
{
    private const double Mebi = 1048576;

    private readonly List<BenchRow> _rows = new();

    public void WriteHeader() => output.WriteLine(
        $"{device.Capabilities.Name}, {device.Capabilities.DriverName} {device.Capabilities.DriverInfo}, Vulkan {device.Capabilities.ApiVersion}");

    /// <summary>What the rows are compared with; null before it was measured.</summary>
    public DeviceRoof? Roof { get; private set; }

    public void WriteRoof(DeviceRoof roof)
    {
        Roof = roof;
        string matrices = string.Concat(new[] { ("fp16", roof.Float16MatrixGflops), ("bf16", roof.BFloat16MatrixGflops) }.Select(kind => kind.Item2 is { } gflops ? $"{gflops:F1} {kind.Item1} on matrix units, " : ""));
        output.WriteLine($"roof: {roof.Gflops:F1} GFLOP/s fp32, {matrices}{roof.GigabytesPerSecond:F1} GB/s copy, {roof.LaunchMicroseconds:F1} us a launch, {roof.SubmitMicroseconds:F0} us a submit");
    }

    public void WriteTableHead() => output.WriteLine($"{"op",-26} {"case",-40} {"variant",-10} {"ms",10} {"spread",7} {"GFLOP/s",9} {"GB/s",8} {"roof",6} {"error",9}  status");

    public void WriteModelHead() => output.WriteLine($"{"model",-30} {"case",-16} {"ms",10} {"spread",7} {"images/s",9} {"GFLOP",9} {"GFLOP/s",9} {"roof",6} {"MiB",8} {"error",9}  status");

    /// <summary>Rows so far.</summary>
    public int Count => _rows.Count;

    public void Add(BenchRow row) => _rows.Add(row);

    public void WriteModelRow(BenchRow row) => output.WriteLine(
        $"{row.Op,-30} {row.Case,-16} {Number(row.Milliseconds, "F2"),10} {Number(row.Spread, "P0"),7} {Number(row.ImagesPerSecond, "F1"),9} {Number(row.Flops / 1e9, "F2"),9} " +
        $"{Number(row.GigaflopsPerSecond, "F1"),9} {Number(row.RoofShare, "P0"),6} {Number((row.ArenaBytes + row.PersistentBytes) / Mebi, "F0"),8} {row.MaxError,9:E1}  {row.Status}{(row.Reason.Length > 0 ? $": {row.Reason}" : "")}");

    public void WriteTableRow(BenchRow row) => output.WriteLine(
        $"{row.Op,-26} {row.Case,-40} {row.Variant,-10} {Number(row.Milliseconds, "F3"),10} {Number(row.Spread, "P0"),7} {Number(row.GigaflopsPerSecond, "F1"),9} " +
        $"{Number(row.GigabytesPerSecond, "F2"),8} {Number(row.RoofShare, "P0"),6} {row.MaxError,9:E1}  {row.Status}");

    /// <summary>A training step in lines.</summary>
    public void WriteTraining(BenchRow row)
    {
        BenchTraining training = row.Training!;
        output.WriteLine($"{row.Case}: {row.Status}{(row.Reason.Length > 0 ? $", {row.Reason}" : "")}");
        output.WriteLine($"parameters      {row.Parameters:N0}: generator {training.GeneratorParameters:N0}, enhancer {training.EnhancerParameters:N0}, tokenizer {training.TokenizerParameters:N0}");
        output.WriteLine($"first losses    generator {Number(training.FirstGeneratorLoss, "F4")}, enhancer {Number(training.FirstEnhancerLoss, "F4")}");
        output.WriteLine($"first step      {Number(training.FirstStepMilliseconds, "F0")} ms after the program's start, {Number(training.PipelineMilliseconds, "F0")} ms of them for {training.Pipelines} pipelines");
        if (row.Status != BenchRow.Ok) return;
        output.WriteLine($"images          {Number(row.ImagesPerSecond, "F1")} a second");
        output.WriteLine($"device          {Number(row.Milliseconds, "F2")} ms a step, spread {Number(row.Spread, "P0")}, {row.Samples.Count} steps, busy {Number(training.DeviceShare, "P0")} of the time");
        output.WriteLine($"host            {Number(training.HostMilliseconds, "F2")} ms of work a step, spread {Number(training.HostSpread, "P0")}; {training.Launches} launches in {training.Submits} submits, {training.LaunchesOnce} once before");
        output.WriteLine($"work            {Number(row.Flops / 1e9, "F3")} GFLOP, {Number(row.MatrixFlops / 1e9, "F3")} of them products; {Number(row.GigaflopsPerSecond, "F1")} GFLOP/s, {Number(row.GigabytesPerSecond, "F1")} GB/s, {Number(row.RoofShare, "P0")} of the roof");
        output.WriteLine($"memory          {Number(row.ArenaBytes / Mebi, "F1")} MiB arena, {Number(row.PersistentBytes / Mebi, "F1")} MiB parameters and optimizer");
        foreach (KernelTime kernel in training.Profile)
            output.WriteLine($"  {kernel.Share,6:P1} {kernel.Milliseconds,9:F2} ms {kernel.Launches,5} x {kernel.Kernel}");
    }

    /// <summary>Writes all rows; an existing file is replaced.</summary>
    public void WriteJson(string? path, string kind)
    {
        if (path is not null) (BenchFile.Of(device, kind, _rows) with { Roof = Roof }).Write(path);
    }

    private static string Number(double? value, string format) => value?.ToString(format) ?? "-";
}
