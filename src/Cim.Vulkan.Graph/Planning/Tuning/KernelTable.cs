using System;
using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.Graph;

/// <summary>
/// Measured choices of tiles and splits, by size class. Plain data: a plan with a table can be made for any device anywhere. What a device's
/// limits do not allow is left aside and the device's own choice stays.
/// </summary>
public sealed class KernelTable
{
    private readonly Dictionary<KernelSize, KernelChoice> _choices = new();

    /// <summary>Makes a table; of two choices for a size class the later one counts.</summary>
    /// <param name="choices">The choices.</param>
    /// <param name="origin">Where they come from, in a few words.</param>
    public KernelTable(IEnumerable<KernelChoice> choices, string origin)
    {
        foreach (KernelChoice choice in choices) _choices[choice.Size] = choice;
        Origin = origin;
    }

    /// <summary>No choices: every device's own rules.</summary>
    public static KernelTable Empty { get; } = new(Array.Empty<KernelChoice>(), "");

    /// <summary>Where the choices come from, in a few words; empty for the empty table.</summary>
    public string Origin { get; }

    /// <summary>The choices.</summary>
    public IReadOnlyCollection<KernelChoice> Choices => _choices.Values;

    // The tile, where there is one and the device allows it.
    internal KernelTile? TileFor(DeviceProfile device, KernelSize size) =>
        _choices.TryGetValue(size, out KernelChoice? choice) && KernelCandidates.TilesOf(device, size).Contains(choice.Tile) ? choice.Tile : null;

    internal long WantedGroupsFor(DeviceProfile device, KernelSize size) =>
        _choices.TryGetValue(size, out KernelChoice? choice) && choice.WantedGroups is > 0 and <= KernelCandidates.MostWantedGroups
            ? choice.WantedGroups
            : MatmulChoice.WantedGroups(device);
}
