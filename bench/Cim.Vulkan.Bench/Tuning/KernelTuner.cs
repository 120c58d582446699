using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Device;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Runtime;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Bench;

/// <summary>What a tuning looks at.</summary>
public sealed record TuneOptions
{
    /// <summary>Words that a shape's name must have, separated by spaces; empty for all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>How long it may take; what is under way is finished.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether to list shapes and candidates only.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The folder of the device's file.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Told where it stands, for a line that is overwritten; null for nobody.</summary>
    public Action<string>? Progress { get; init; }
}

/// <summary>Times the kernels that a device may choose from and writes down where others than its own choice win.</summary>
public static class KernelTuner
{
    /// <summary>Tunes a device. What was found is kept shape by shape, so that stopping loses nothing.</summary>
    /// <param name="device">The device.</param>
    /// <param name="options">What, how long, where to.</param>
    /// <param name="output">For a line a shape.</param>
    /// <param name="cancellation">Stops; what was found so far stays.</param>
    /// <returns>How many shapes were looked at.</returns>
    public static int Run(GpuDevice device, TuneOptions options, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(output);
        DeviceProfile profile = DeviceProfiles.Of(device.Capabilities);
        TuneWork[] works = [.. TuneWorks.For(profile).Where(work => new BenchOptions { Filter = options.Filter }.Chooses(work.ToString()))];
        var clock = Stopwatch.StartNew();
        int found = 0, measured = 0;
        for (int i = 0; i < works.Length && !cancellation.IsCancellationRequested && clock.Elapsed < options.Limit; i++)
        {
            TuneWork work = works[i];
            options.Progress?.Invoke($"{i + 1}/{works.Length} {work}");
            // What one shape leaves of its share is the others'.
            TimeSpan end = clock.Elapsed + ((options.Limit - clock.Elapsed) / (works.Length - i));
            if (Tune(device, profile, work, options, () => clock.Elapsed >= end, output, cancellation) is not { } choice) continue;
            KernelTables.Save(options.Folder, device.Capabilities, [choice]);
            measured++;
            if (choice.IsChange) found++;
        }
        options.Progress?.Invoke("");
        if (!options.IsDryRun && works.Length > 0) output.WriteLine(Ending(works.Length, measured, found, cancellation.IsCancellationRequested, KernelTables.PathOf(options.Folder, device.Capabilities)));
        return works.Length;
    }

    private static string Ending(int works, int measured, int found, bool isStopped, string path) =>
        $"{measured} of {works} shapes measured{(isStopped ? ", stopped" : measured < works ? ", more with a larger --seconds" : "")}; {found} faster than the device's own choice{(measured > 0 ? $", kept in {path}" : "")}";

    private static MeasuredChoice? Tune(
        GpuDevice device, DeviceProfile profile, TuneWork work, TuneOptions options, Func<bool> isOver, TextWriter output, CancellationToken cancellation)
    {
        try
        {
            TunePlans plans = TunePlans.Of(profile, work);
            if (options.IsDryRun || plans.Plans.Count == 1)
            {
                options.Progress?.Invoke("");
                output.WriteLine($"{work}: {plans.OwnName}, {(plans.Plans.Count == 1 ? "nothing to choose" : $"{plans.Plans.Count - 1} others to try")}");
                return null;
            }
            var loading = new ProgramOptions { PipelinesMade = (made, total) => options.Progress?.Invoke($"{work}: compiling kernels {made}/{total}"), Cancellation = cancellation };
            using var programs = new TunePrograms(device, work, plans, loading);
            TuneOutcome? outcome = TuneSearch.Find(programs, () => isOver() || cancellation.IsCancellationRequested);
            options.Progress?.Invoke("");
            if (outcome is null) return null;
            output.WriteLine($"{work}: {Describe(plans, outcome)}");
            KernelChoice winner = plans.Plans[outcome.Winner].Choice;
            // A search that was cut short has not found that nothing is better.
            if (!outcome.IsComplete && outcome.Winner == 0) return null;
            return new MeasuredChoice(work.Size, winner.Tile, winner.WantedGroups, outcome.OwnMilliseconds, outcome.Milliseconds);
        }
        catch (Exception exception) when (exception is PlanException or DeviceMemoryException)
        {
            options.Progress?.Invoke("");
            output.WriteLine($"{work}: not here, {exception.Message}");
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static string Describe(TunePlans plans, TuneOutcome outcome)
    {
        string tried = $"{outcome.Tried} of {plans.Plans.Count - 1} others tried{(outcome.Wrong > 0 ? $", {outcome.Wrong} compute wrong" : "")}{(outcome.IsComplete ? "" : ", then time was up")}";
        return outcome.Winner == 0
            ? $"{plans.OwnName} {outcome.OwnMilliseconds:F3} ms stays ({tried})"
            : $"{plans.OwnName} {outcome.OwnMilliseconds:F3} ms -> {plans.Plans[outcome.Winner].Choice} {outcome.Milliseconds:F3} ms, {1 - (outcome.Milliseconds / outcome.OwnMilliseconds):P0} less ({tried})";
    }
}
