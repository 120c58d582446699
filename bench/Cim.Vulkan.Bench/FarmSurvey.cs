using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Bench;

/// <summary>What a driver's compiler makes of every kernel variant that the chooser picks for its device. Plans are made and compiled; nothing is run.</summary>
public static class FarmSurvey
{
    /// <summary>Plans, compiles, tells, and compares with a baseline where one is given.</summary>
    /// <param name="device">The device; one that only compiles will do.</param>
    /// <param name="options">Which kernels, which files.</param>
    /// <param name="steps">Work to plan besides the benchmark cases and products.</param>
    /// <param name="output">For the table and what got worse.</param>
    /// <param name="cancellation">Stops between two plans or kernels.</param>
    /// <returns>0, or 1 where a kernel does not compile or a hot one newly spills, or nothing was chosen or compared.</returns>
    /// <exception cref="VulkanUnavailableException">The driver tells nothing of its pipelines.</exception>
    /// <exception cref="BenchFileException">The baseline cannot be read.</exception>
    public static int Run(GpuDevice device, FarmOptions options, IEnumerable<FarmWork> steps, TextWriter output, CancellationToken cancellation)
    {
        DeviceCapabilities capabilities = device.Capabilities;
        string name = options.DeviceName ?? capabilities.Name.Trim(), driver = $"{capabilities.DriverName} {capabilities.DriverInfo}";
        RequireStatistics(capabilities);
        FarmBaseline? baseline = BaselineOf(options);
        output.WriteLine($"{name}: {capabilities.Name}, {driver}");
        if (FarmCompilerNames.Of(capabilities.DriverName) is null) output.WriteLine($"how {capabilities.DriverName} names its figures is not known here: --json has them under its own names");
        FarmSurveyPlans plans = FarmSurveyPlans.Of([.. FarmSurveyWork.Cases(), .. FarmSurveyWork.Products(), .. FarmSurveyWork.Branches(), .. steps], DeviceProfiles.Of(capabilities), cancellation);
        foreach (string note in plans.Notes) output.WriteLine(note);
        List<FarmRow> rows = Compile(device, plans, options, output, cancellation);
        if (options.JsonPath is not null) FarmFile.Of(name, capabilities, FarmCompilerNames.Of(capabilities.DriverName), plans.Notes, rows).Write(options.JsonPath);
        int failed = rows.Count(row => row.Problem.Length > 0);
        output.WriteLine($"{plans.PlannedCount} plans, {rows.Count} programs, {failed} failed, {rows.Count(row => row.IsHot)} hot, {rows.Count(row => row.IsHot && row.Figures.Spills > 0)} of them spill");
        bool isGood = failed == 0 && rows.Count > 0;
        if (baseline is null) return isGood ? 0 : 1;
        if (!options.IsUpdate) return FarmReport.Compare(baseline, name, driver, rows, output) && isGood ? 0 : 1;
        baseline.Set(name, driver, rows);
        baseline.Write(options.BaselinePath!);
        output.WriteLine($"{name}: {baseline.Devices[name].Kernels.Count} kernels put into '{options.BaselinePath}'");
        return isGood ? 0 : 1;
    }

    /// <summary>Refuses options whose baseline cannot be read, before a device is opened.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="BenchFileException">The baseline cannot be read.</exception>
    public static void Check(FarmOptions options) => _ = BaselineOf(options);

    internal static void RequireStatistics(DeviceCapabilities device)
    {
        if (!device.Features.PipelineExecutables)
            throw new VulkanUnavailableException($"{device.Name} ({device.DriverName}) has no VK_KHR_pipeline_executable_properties, so its compiler tells no registers or spills: choose another --device");
    }

    private static FarmBaseline? BaselineOf(FarmOptions options) =>
        options.BaselinePath is null ? null : options.IsUpdate && !File.Exists(options.BaselinePath) ? new FarmBaseline() : FarmBaseline.Read(options.BaselinePath);

    private static List<FarmRow> Compile(GpuDevice device, FarmSurveyPlans plans, FarmOptions options, TextWriter output, CancellationToken cancellation)
    {
        var chooser = new BenchOptions { Filter = options.Filter };
        FarmCompilerNames? names = FarmCompilerNames.Of(device.Capabilities.DriverName);
        var rows = new List<FarmRow>();
        FarmReport.WriteTableHead(output);
        foreach (FarmVariant variant in plans.Variants.Where(variant => chooser.Chooses($"{variant.Kernel} {variant.Constants}")))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (FarmRow row in Inspect(device, variant, names))
            {
                rows.Add(row);
                FarmReport.WriteTableRow(row, output);
            }
        }
        return rows;
    }

    private static IEnumerable<FarmRow> Inspect(GpuDevice device, FarmVariant variant, FarmCompilerNames? names)
    {
        try
        {
            return FarmRow.Of(variant, device.InspectPipeline(PipelineDescriptions.Of(variant.Call)), names);
        }
        catch (VulkanException exception) when (exception is not DeviceLostException)
        {
            return [FarmRow.Failed(variant, exception.Message)];
        }
    }
}
