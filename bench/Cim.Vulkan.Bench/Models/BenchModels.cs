using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;

namespace Cim.Vulkan.Bench;

/// <summary>Times the forward pass of whole networks with random weights, one picture and a batch. What computes wrong is not timed.</summary>
public static class BenchModels
{
    private const int CpuBatch = 4, GpuBatch = 32;

    /// <summary>Runs the networks.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">Which networks, and where the rows go.</param>
    /// <param name="output">For the table.</param>
    /// <param name="cancellation">Stops between two rows.</param>
    /// <returns>0, or 1 where a network computes wrong or nothing was chosen; what the device cannot hold is no failure.</returns>
    public static int Run(GpuDevice device, BenchOptions options, TextWriter output, CancellationToken cancellation)
    {
        var report = new BenchReport(device, output);
        report.WriteHeader();
        BenchModel[] models = [.. ModelCatalog.All.Where(model => options.Chooses($"{model.Name} {model.Sizes}"))];
        if (models.Length > 0) report.WriteRoof(DeviceRoof.Measure(device));
        report.WriteModelHead();
        int wrong = 0, unsupported = 0;
        foreach (BenchModel model in models)
        {
            using var runner = new ModelRunner(device, model);
            foreach (int batch in Batches(runner, device.Capabilities.IsCpu ? CpuBatch : GpuBatch))
            {
                cancellation.ThrowIfCancellationRequested();
                BenchRow row = runner.Run(batch, report.Roof!);
                report.Add(row);
                report.WriteModelRow(row);
                wrong += row.Status == BenchRow.Wrong ? 1 : 0;
                unsupported += row.Status == BenchRow.Unsupported ? 1 : 0;
            }
        }
        report.WriteJson(options.JsonPath, "models");
        output.WriteLine($"{report.Count} rows, {wrong} wrong, {unsupported} unsupported");
        return wrong == 0 && models.Length > 0 ? 0 : 1;
    }

    private static IEnumerable<int> Batches(ModelRunner runner, int batch)
    {
        yield return 1;
        int fitting = runner.LargestFitting(batch);
        if (fitting > 1) yield return fitting;
    }
}
