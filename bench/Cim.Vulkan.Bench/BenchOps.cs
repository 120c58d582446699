using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.OpCases;

namespace Cim.Vulkan.Bench;

/// <summary>Times the cases that are benchmarks. A case that computes wrong is not timed.</summary>
public static class BenchOps
{
    /// <summary>Runs the cases.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">Which cases, and where the rows go.</param>
    /// <param name="output">For the table.</param>
    /// <param name="cancellation">Stops between two cases.</param>
    /// <returns>0, or 1 where a case computes wrong or nothing was chosen.</returns>
    public static int Run(GpuDevice device, BenchOptions options, TextWriter output, CancellationToken cancellation)
    {
        var report = new BenchReport(device, output);
        report.WriteHeader();
        IReadOnlyList<OpCase> cases = options.Choose(OpCaseCatalog.All.Where(opCase => opCase.IsBenchmark));
        if (cases.Count > 0) report.WriteRoof(DeviceRoof.Measure(device));
        report.WriteTableHead();
        var runner = new OpCaseRunner(device);
        int wrong = 0;
        foreach (OpCase opCase in cases)
        {
            cancellation.ThrowIfCancellationRequested();
            if (runner.WhyNot(opCase) is { } reason)
            {
                output.WriteLine($"{opCase}: not here, the device {reason}");
                continue;
            }
            OpCaseResult result = BenchValidate.RunGuarded(runner, opCase);
            BenchRow row = BenchRow.Of(result);
            if (row.Status == BenchRow.Ok) row = OpTimer.Time(device, report.Roof!, opCase, row);
            else wrong++;
            report.Add(row);
            report.WriteTableRow(row);
            foreach (string problem in result.Problems) output.WriteLine($"  {problem}");
        }
        report.WriteJson(options.JsonPath, "ops");
        output.WriteLine($"{cases.Count} cases, {wrong} wrong");
        return wrong == 0 && cases.Count > 0 ? 0 : 1;
    }
}
