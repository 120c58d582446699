using System.Collections.Generic;
using System.Linq;

namespace Cim.Vulkan.KernelCompiler.Sources;

/// <summary>One axis of variants: a macro and the values it takes.</summary>
/// <param name="Macro">The macro's name, UPPER_CASE.</param>
/// <param name="Values">Identifiers or integers, the default first.</param>
public sealed record VariantAxis(string Macro, IReadOnlyList<string> Values);

/// <summary>One compiled form of a shader.</summary>
/// <param name="KernelName">The shader's name, and the values joined by dots where there are axes.</param>
/// <param name="Values">One value per axis, in axis order.</param>
public sealed record ShaderVariant(string KernelName, IReadOnlyList<string> Values);

/// <summary>A combination of axis values that is not compiled.</summary>
/// <param name="Conditions">Macro and value; all must hold.</param>
public sealed record VariantExclusion(IReadOnlyList<KeyValuePair<string, string>> Conditions)
{
    /// <summary>True where every condition holds.</summary>
    /// <param name="axes">The shader's axes.</param>
    /// <param name="values">One value per axis.</param>
    public bool Matches(IReadOnlyList<VariantAxis> axes, IReadOnlyList<string> values) =>
        Conditions.All(condition => Enumerable.Range(0, axes.Count).Any(i => axes[i].Macro == condition.Key && values[i] == condition.Value));
}
