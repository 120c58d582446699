using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.OpCases;

namespace Cim.Vulkan.Bench;

/// <summary>Compares every op case with its float64 reference and every golden model with PyTorch: whether a device and its driver compute right.</summary>
public static class BenchValidate
{
    /// <summary>Runs the cases.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">Which cases, and where the rows go.</param>
    /// <param name="output">For failures, a line an op and the sum.</param>
    /// <param name="cancellation">Stops between two cases.</param>
    /// <returns>0, or 1 where something differs or nothing was chosen.</returns>
    public static int Run(GpuDevice device, BenchOptions options, TextWriter output, CancellationToken cancellation)
    {
        var report = new BenchReport(device, output);
        report.WriteHeader();
        var runner = new OpCaseRunner(device);
        int wrong = 0, ran = 0, gradientChecks = 0;
        var leftOut = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (IGrouping<string, OpCase> op in options.Choose(OpCaseCatalog.All).GroupBy(opCase => opCase.Op))
        {
            double error = 0, gradientError = 0;
            int before = ran;
            foreach (OpCase opCase in op)
            {
                cancellation.ThrowIfCancellationRequested();
                if (runner.WhyNot(opCase) is { } reason)
                {
                    leftOut[reason] = leftOut.GetValueOrDefault(reason) + 1;
                    continue;
                }
                OpCaseResult result = RunGuarded(runner, opCase);
                foreach (string problem in result.Problems) output.WriteLine($"WRONG {opCase}: {problem}");
                report.Add(BenchRow.Of(result));
                (error, gradientError) = (Math.Max(error, result.MaxError), Math.Max(gradientError, result.MaxGradientError));
                gradientChecks += result.GradientChecks;
                wrong += result.Problems.Count == 0 ? 0 : 1;
                ran++;
            }
            if (ran > before) output.WriteLine($"{op.Key,-32} {ran - before,5} cases   error {error,8:E1}   gradient error {gradientError,8:E1}");
        }
        foreach ((string reason, int count) in leftOut) output.WriteLine($"left out, the device {reason}: {count} cases");
        (int models, int wrongModels) = CompareGoldenFiles(device, options, report, output, cancellation);
        report.WriteJson(options.JsonPath, "validate");
        output.WriteLine($"{ran} cases, {gradientChecks} gradients and {models} golden files compared, {wrong + wrongModels} wrong");
        return wrong + wrongModels == 0 && ran + models > 0 ? 0 : 1;
    }

    private static (int Compared, int Wrong) CompareGoldenFiles(GpuDevice device, BenchOptions options, BenchReport report, TextWriter output, CancellationToken cancellation)
    {
        int compared = 0, wrong = 0;
        foreach (GoldenCheck check in GoldenCatalog.All.Where(check => options.Chooses($"golden {check.Name}")))
        {
            cancellation.ThrowIfCancellationRequested();
            if (RunGuarded(device, check, output) is not { } result)
            {
                report.Add(new BenchRow("golden", check.Name, "", 0, BenchRow.Unsupported));
                continue;
            }
            foreach (string problem in result.Problems) output.WriteLine($"WRONG golden {check}: {problem}");
            report.Add(new BenchRow("golden", check.Name, "", result.OutputError, result.Problems.Count == 0 ? BenchRow.Ok : BenchRow.Wrong));
            output.WriteLine($"golden {check.Name,-25} {result.ComparedCount,5} tensors error {result.OutputError,8:E1}   gradient error {result.GradientError,8:E1}");
            wrong += result.Problems.Count == 0 ? 0 : 1;
            compared++;
        }
        return (compared, wrong);
    }

    // Null where a whole network does not fit the device, which says nothing about its arithmetic.
    private static GoldenResult? RunGuarded(GpuDevice device, GoldenCheck check, TextWriter output)
    {
        try
        {
            return check.Run(device);
        }
        catch (DeviceMemoryException exception)
        {
            output.WriteLine($"golden {check.Name,-25} not compared: {exception.Message}");
            return null;
        }
        catch (Exception exception) when (exception is not DeviceLostException and not DeviceTimeoutException)
        {
            return new GoldenResult(check.Name, [$"{exception.GetType().Name}: {exception.Message}"], double.NaN, double.NaN, 0);
        }
    }

    /// <summary>Runs a case; what it throws is a problem of the case, except where the device is gone.</summary>
    internal static OpCaseResult RunGuarded(OpCaseRunner runner, OpCase opCase)
    {
        try
        {
            return runner.Run(opCase);
        }
        catch (Exception exception) when (exception is not DeviceLostException and not DeviceTimeoutException)
        {
            return new OpCaseResult(opCase, [$"{exception.GetType().Name}: {exception.Message}"], double.NaN, double.NaN, 0);
        }
    }
}
