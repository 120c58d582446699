using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Bench;

/// <summary>The plans of a piece of work: the device's own, then those of every choice that makes another one, the most alike first.</summary>
internal sealed class TunePlans
{
    private TunePlans(List<(KernelChoice Choice, ExecutionPlan Plan)> plans, string ownName) => (Plans, OwnName) = (plans, ownName);

    /// <summary>Choice and plan; the first is the device's own, its choice names nothing.</summary>
    public IReadOnlyList<(KernelChoice Choice, ExecutionPlan Plan)> Plans { get; }

    /// <summary>The device's own choice in words.</summary>
    public string OwnName { get; }

    /// <summary>Plans a piece of work in every way that the device allows.</summary>
    /// <exception cref="PlanException">The device cannot do the work at all.</exception>
    public static TunePlans Of(DeviceProfile device, TuneWork work)
    {
        device = device with { Tuning = KernelTable.Empty };
        KernelSize size = work.Size;
        var own = new KernelChoice(size, default, 0);
        var plans = new List<(KernelChoice Choice, ExecutionPlan Plan)> { (own, Plan(device, work)) };
        var known = new Dictionary<string, KernelChoice> { [Signature(plans[0].Plan)] = own };
        KernelTile ownTile = default;
        IEnumerable<KernelChoice> choices = KernelCandidates.TilesOf(device, size).Select(tile => own with { Tile = tile })
            .Concat(KernelCandidates.WantedGroupsOf(device, size).Select(groups => own with { WantedGroups = groups }));
        foreach (KernelChoice choice in choices)
        {
            if (TryPlan(device with { Tuning = new KernelTable([choice], "search") }, work) is not { } plan) continue;
            string signature = Signature(plan);
            if (!known.TryGetValue(signature, out KernelChoice? same))
            {
                known.Add(signature, choice);
                plans.Add((choice, plan));
            }
            else if (same == own && ownTile.M == 0)
            {
                ownTile = choice.Tile;
            }
        }
        return new TunePlans([plans[0], .. plans.Skip(1).OrderBy(entry => Distance(entry.Choice.Tile, ownTile))], ownTile.ToString());
    }

    private static ExecutionPlan Plan(DeviceProfile device, TuneWork work)
    {
        var graph = new TensorGraph();
        graph.Output("result", work.Build(graph));
        return Planner.Plan(graph, device, new PlannerOptions { Precision = work.Size.Precision });
    }

    // A choice may need more memory in one piece than the device's own does.
    private static ExecutionPlan? TryPlan(DeviceProfile device, TuneWork work)
    {
        try
        {
            return Plan(device, work);
        }
        catch (PlanException)
        {
            return null;
        }
    }

    private static string Signature(ExecutionPlan plan) => string.Join("\n", plan.AllCommands.OfType<DispatchStep>().Select(step =>
        $"{step.Call.Kernel} {step.GroupsX} {step.GroupsY} {step.GroupsZ} {string.Join(' ', step.Call.Specialization)} {Convert.ToHexString(step.Call.PushConstants)}"));

    // How many times larger or smaller, along both axes.
    private static double Distance(KernelTile tile, KernelTile own) => tile.M == 0 || own.M == 0 ? 0
        : Math.Abs(Math.Log2((double)tile.M / own.M)) + Math.Abs(Math.Log2((double)tile.N / own.N));
}
