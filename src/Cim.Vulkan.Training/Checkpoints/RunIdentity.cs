using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>What makes two starts the same run. Stored as <c>run.json</c>.</summary>
/// <param name="Kind">What is trained, for example <c>cim-pretrain</c>.</param>
/// <param name="Options">The run's options.</param>
public sealed record RunIdentity(string Kind, JsonElement Options)
{
    /// <summary>Names the options that differ, <c>optimizer.betas</c>, apart from those that do not change what is computed.</summary>
    /// <param name="other">The other start.</param>
    /// <param name="mayDiffer">Full names of options that may change between two starts.</param>
    public IReadOnlyList<string> Differences(RunIdentity other, IReadOnlySet<string> mayDiffer)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(mayDiffer);
        var differences = new List<string>();
        if (Kind != other.Kind) differences.Add("kind");
        Compare("", Options, other.Options, mayDiffer, differences);
        return differences;
    }

    private static void Compare(string name, JsonElement a, JsonElement b, IReadOnlySet<string> mayDiffer, List<string> differences)
    {
        if (mayDiffer.Contains(name)) return;
        if (a.ValueKind == JsonValueKind.Object && b.ValueKind == JsonValueKind.Object)
        {
            IEnumerable<string> names = a.EnumerateObject().Concat(b.EnumerateObject()).Select(property => property.Name).Distinct(StringComparer.Ordinal);
            foreach (string property in names) Compare(name.Length == 0 ? property : $"{name}.{property}", Property(a, property), Property(b, property), mayDiffer, differences);
            return;
        }

        bool bothAbsent = a.ValueKind == JsonValueKind.Undefined && b.ValueKind == JsonValueKind.Undefined;
        if (!bothAbsent && (a.ValueKind == JsonValueKind.Undefined || b.ValueKind == JsonValueKind.Undefined || !JsonElement.DeepEquals(a, b)))
            differences.Add(name.Length == 0 ? "options" : name);
    }

    private static JsonElement Property(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value : default;
}
