using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>Recipes by name: options in JSON that a run starts from, those of the papers and small ones. Flags and <c>--set</c> go over them.</summary>
public static class Presets
{
    private const string ResourcePrefix = "preset/", TokenizerPrefix = "tokenizer-preset/", ResourceSuffix = ".json";

    /// <summary>Names of recipes for pre-training, in order.</summary>
    public static IReadOnlyList<string> Names { get; } = NamesOf(ResourcePrefix);

    /// <summary>Names of recipes for tokenizers, in order.</summary>
    public static IReadOnlyList<string> TokenizerNames { get; } = NamesOf(TokenizerPrefix);

    /// <summary>What a recipe for pre-training is for, in one line.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static string DescriptionOf(string name) => Description(ResourcePrefix, name);

    /// <summary>What a recipe for a tokenizer is for, in one line.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static string TokenizerDescriptionOf(string name) => Description(TokenizerPrefix, name);

    /// <summary>A recipe's options; data, folders and tokenizer are left to be given.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static CimPretrainOptions Pretraining(string name)
    {
        using JsonDocument preset = Open(ResourcePrefix, name);
        return OptionsJson.ToPretrainOptions(preset.RootElement.GetProperty("options"));
    }

    /// <summary>The options of a recipe for a tokenizer; data and folders are left to be given.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static TokenizerTrainingOptions Tokenizer(string name)
    {
        using JsonDocument preset = Open(TokenizerPrefix, name);
        return OptionsJson.ToTokenizerOptions(preset.RootElement.GetProperty("options"));
    }

    /// <summary>The recipe of the tokenizer that a recipe for pre-training is meant for; null where it needs none.</summary>
    /// <param name="name">The name of the recipe for pre-training.</param>
    /// <exception cref="OptionsException">There is no such recipe.</exception>
    public static string? TokenizerFor(string name)
    {
        using JsonDocument preset = Open(ResourcePrefix, name);
        return preset.RootElement.TryGetProperty("tokenizer", out JsonElement tokenizer) ? tokenizer.GetString() : null;
    }

    private static string[] NamesOf(string prefix) => [.. typeof(Presets).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => name[prefix.Length..^ResourceSuffix.Length])
        .Order(StringComparer.Ordinal)];

    private static string Description(string prefix, string name)
    {
        using JsonDocument preset = Open(prefix, name);
        return preset.RootElement.GetProperty("description").GetString()!;
    }

    private static JsonDocument Open(string prefix, string name)
    {
        using Stream? stream = typeof(Presets).Assembly.GetManifestResourceStream(prefix + name + ResourceSuffix);
        if (stream is not null) return JsonDocument.Parse(stream);
        string[] names = NamesOf(prefix);
        string[] begun = [.. names.Where(known => known.StartsWith(name, StringComparison.Ordinal))];
        string hint = name.Length > 0 && begun.Length > 0 ? $", did you mean {string.Join(" or ", begun)}?" : NearestWord.To(name, names) is { } nearest ? $", did you mean {nearest}?" : $": {string.Join(", ", names)}";
        throw new OptionsException($"--preset {name} is not known{hint}");
    }
}
