using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The tensors of a file under the names that they have here.</summary>
public sealed class NamedWeights
{
    private readonly Dictionary<string, WeightTensor> _byName = new(StringComparer.Ordinal);

    private NamedWeights(WeightsSource source, NameMap map, string prefix)
    {
        (Source, Map, Prefix) = (source, map, prefix);
    }

    /// <summary>The file.</summary>
    public WeightsSource Source { get; }

    /// <summary>The names that were recognised.</summary>
    public NameMap Map { get; }

    /// <summary>What stands before all names that are taken.</summary>
    public string Prefix { get; }

    /// <summary>Names here and the file's tensors, in the file's order.</summary>
    public IReadOnlyDictionary<string, WeightTensor> ByName => _byName;

    /// <summary>Names in the file that the architecture does not have.</summary>
    public List<string> Unknown { get; } = [];

    /// <summary>Names in the file that are known and of no use.</summary>
    public List<string> Ignored { get; } = [];

    /// <summary>Names in the file of the head, if it was dropped.</summary>
    public List<string> Dropped { get; } = [];

    /// <summary>Gives a file's tensors their names here.</summary>
    /// <param name="source">An open file.</param>
    /// <param name="map">The architecture; null for the one that is recognised.</param>
    /// <param name="dropHead">Whether the head is left.</param>
    /// <exception cref="WeightsException">The architecture is not recognised, or is another one.</exception>
    public static NamedWeights Of(WeightsSource source, NameMap? map = null, bool dropHead = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        string[] names = [.. source.Tensors.Select(tensor => tensor.Name)];
        string known = string.Join(", ", NameMaps.All.Select(one => one.Architecture));
        if (map is null && NameMap.Recognise(names) is not { } recognised)
            throw new WeightsException($"'{source.Path}' has names of no known network, such as '{WeightsException.OneLine(names.FirstOrDefault() ?? "")}': known are {known}");
        string? prefix = map is null ? NameMap.Recognise(names)!.Value.Prefix : map.PrefixIn(names);
        map ??= NameMap.Recognise(names)!.Value.Map;
        if (prefix is null) throw new WeightsException($"'{source.Path}' is no {map.Architecture}: its names are {(NameMap.Recognise(names) is { } other ? $"those of {other.Map.Architecture}, give that" : $"of no known network, known are {known}")}");
        var named = new NamedWeights(source, map, prefix);
        foreach (WeightTensor tensor in source.Tensors) named.Add(tensor, dropHead);
        return named;
    }

    private void Add(WeightTensor tensor, bool dropHead)
    {
        MappedName mapped = tensor.Name.StartsWith(Prefix, StringComparison.Ordinal) ? Map.Map(tensor.Name[Prefix.Length..]) : new MappedName(NameRole.Unknown, "");
        if (mapped.Role == NameRole.Ignored) Ignored.Add(tensor.Name);
        else if (mapped.Role == NameRole.Head && dropHead) Dropped.Add(tensor.Name);
        else if (mapped.Role == NameRole.Unknown || !_byName.TryAdd(mapped.Name, tensor)) Unknown.Add(tensor.Name);
    }
}
