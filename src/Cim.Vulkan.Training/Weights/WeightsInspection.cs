using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>A tensor as a listing shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type, such as <c>F32</c>.</param>
/// <param name="Shape">Its extents, outermost first.</param>
/// <param name="Elements">Its elements.</param>
public sealed record InspectedTensor(string Name, string Type, IReadOnlyList<int> Shape, long Elements);

/// <summary>What a file of weights holds, without reading any weight.</summary>
public sealed record WeightsInspection
{
    private const int LabelWidth = 14;

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Its form, such as <c>PyTorch archive</c>.</summary>
    public required string Form { get; init; }

    /// <summary>The architecture in a word, or null where it is not recognised.</summary>
    public required string? Architecture { get; init; }

    /// <summary>What stands before all names, such as <c>module.</c>, or empty.</summary>
    public required string Prefix { get; init; }

    /// <summary>The keys that the state dict was found under, outermost first.</summary>
    public required IReadOnlyList<string> Containers { get; init; }

    /// <summary>The first keys of what lay beside it and was left.</summary>
    public required IReadOnlyList<string> LeftAside { get; init; }

    /// <summary>The class of a module that was pickled whole, or null.</summary>
    public required string? ModuleClass { get; init; }

    /// <summary>The free text of a safetensors file.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary>Elements of all tensors.</summary>
    public required long Elements { get; init; }

    /// <summary>The tensors in the file's order.</summary>
    public required IReadOnlyList<InspectedTensor> Tensors { get; init; }

    /// <summary>Inspects an open file.</summary>
    public static WeightsInspection Of(WeightsSource source)
    {
        System.ArgumentNullException.ThrowIfNull(source);
        (NameMap Map, string Prefix)? recognised = NameMap.Recognise(source.Tensors.Select(tensor => tensor.Name));
        return new WeightsInspection
        {
            Path = source.Path,
            Form = source.FormText,
            Architecture = recognised?.Map.Architecture,
            Prefix = source.StrippedPrefix + recognised?.Prefix,
            Containers = source.Containers,
            LeftAside = source.LeftAside,
            ModuleClass = source.ModuleClass,
            Metadata = source.Metadata,
            Elements = source.Tensors.Sum(tensor => tensor.ElementCount),
            Tensors = [.. source.Tensors.Select(tensor => new InspectedTensor(tensor.Name, tensor.Type.FileName(), tensor.Shape, tensor.ElementCount))],
        };
    }

    /// <summary>The listing as lines of text; whatever the file says, a line has no control characters.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Line("form", Form);
        yield return Line("network", Architecture is null ? $"not recognised; known are {string.Join(", ", NameMaps.All.Select(map => map.Architecture))}" : $"{Architecture}: {NameMaps.Find(Architecture)!.Description}");
        if (ModuleClass is not null) yield return Line("whole module", ModuleClass);
        if (Containers.Count > 0) yield return Line("found under", string.Join(" / ", Containers));
        if (LeftAside.Count > 0) yield return Line("left aside", string.Join(", ", LeftAside));
        if (Prefix.Length > 0) yield return Line("before names", Prefix);
        foreach ((string key, string value) in Metadata.OrderBy(pair => pair.Key, System.StringComparer.Ordinal)) yield return Line("metadata", $"{key} = {value}");
        IEnumerable<string> types = Tensors.GroupBy(tensor => tensor.Type).Select(group => $"{group.Count()} {group.Key}");
        yield return Line("tensors", string.Create(CultureInfo.InvariantCulture, $"{Tensors.Count} ({string.Join(", ", types)}), {Elements:N0} numbers"));
        int width = Tensors.Count == 0 ? 0 : Tensors.Max(tensor => tensor.Name.Length);
        foreach (InspectedTensor tensor in Tensors)
            yield return WeightsException.OneLine($"{tensor.Name.PadRight(System.Math.Min(width, 80))}  {tensor.Type,-4}  [{string.Join(", ", tensor.Shape)}]");
    }

    private static string Line(string label, string text) => $"{label.PadRight(LabelWidth)}{WeightsException.OneLine(text)}";
}
