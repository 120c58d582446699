using System.Collections.Generic;

namespace Cim.Vulkan.OpCases;

/// <summary>Cases of ops that have one kernel for CPU drivers and another for GPUs.</summary>
public static class Forms
{
    /// <summary>A case as the device would run it, and with the kernel that the device would not choose.</summary>
    /// <param name="opCase">The case.</param>
    public static IEnumerable<OpCase> Both(OpCase opCase)
    {
        yield return opCase;
        yield return opCase with { Profile = profile => profile with { IsCpu = !profile.IsCpu }, Variant = "other form", IsBenchmark = false };
    }
}
