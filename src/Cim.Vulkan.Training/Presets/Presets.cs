using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Recipes by name: options in JSON that a run starts from, those of the paper and small ones. Flags and <c>--set</c> go over them.</summary>
public static class Presets
{
    private const string ResourcePrefix = "preset/", ResourceSuffix = ".json";

    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. typeof(Presets).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
        .Select(name => name[ResourcePrefix.Length..^ResourceSuffix.Length])
        .Order(StringComparer.Ordinal)];

    /// <summary>What a recipe is for, in one line.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static string DescriptionOf(string name)
    {
        using JsonDocument preset = Open(name);
        return preset.RootElement.GetProperty("description").GetString()!;
    }

    /// <summary>A recipe's options; data, folders and tokenizer are left to be given.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static CimPretrainOptions Pretraining(string name)
    {
        using JsonDocument preset = Open(name);
        return OptionsJson.ToPretrainOptions(preset.RootElement.GetProperty("options"));
    }

    private static JsonDocument Open(string name)
    {
        using Stream? stream = typeof(Presets).Assembly.GetManifestResourceStream(ResourcePrefix + name + ResourceSuffix);
        if (stream is not null) return JsonDocument.Parse(stream);
        string hint = NearestWord.To(name, Names) is { } nearest ? $", did you mean {nearest}?" : $": {string.Join(", ", Names)}";
        throw new OptionsException($"--preset {name} is not known{hint}");
    }
}
