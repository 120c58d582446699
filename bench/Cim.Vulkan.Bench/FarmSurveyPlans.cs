using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Bench;

/// <summary>The variants that the chooser picks for a device, found by planning work for it.</summary>
internal sealed class FarmSurveyPlans
{
    private readonly Dictionary<string, FarmVariant> _variants = [];
    private readonly List<string> _notes = [];

    /// <summary>Every variant once, by its key.</summary>
    public IReadOnlyList<FarmVariant> Variants => [.. _variants.Values.OrderBy(variant => variant.Key, StringComparer.Ordinal)];

    /// <summary>A line for each work that does not fit the device, or fits only with a smaller batch.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>How many works were planned.</summary>
    public int PlannedCount { get; private set; }

    /// <summary>Plans every work that fits.</summary>
    public static FarmSurveyPlans Of(IReadOnlyCollection<FarmWork> works, DeviceProfile profile, CancellationToken cancellation)
    {
        var plans = new FarmSurveyPlans();
        foreach (FarmWork work in works)
        {
            cancellation.ThrowIfCancellationRequested();
            plans.Add(work, profile);
        }
        return plans;
    }

    private void Add(FarmWork work, DeviceProfile profile)
    {
        string? reason = null;
        for (int batch = work.Batch; batch > 0; batch /= 2)
        {
            try
            {
                foreach (DispatchStep step in work.Plan(profile, batch).AllCommands.OfType<DispatchStep>()) Add(step, work.Name);
                if (reason is not null) _notes.Add($"{work.Name}: batch {batch} instead of {work.Batch}; with {2 * batch} {reason}");
                PlannedCount++;
                return;
            }
            catch (Exception exception) when (exception is PlanException or NotSupportedException)
            {
                reason = exception.Message;
            }
        }
        _notes.Add($"{work.Name} does not fit: {reason}");
    }

    private void Add(DispatchStep step, string work)
    {
        var variant = new FarmVariant(step.Call);
        if (_variants.TryGetValue(variant.Key, out FarmVariant? known)) variant = known;
        else _variants.Add(variant.Key, variant);
        variant.AddUser(work);
    }
}
