using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Cim.Vulkan.Training;

/// <summary>Sets single options by their names in JSON, such as <c>optimizer.beta2=0.98</c>: everything is within reach without a flag for each.</summary>
public static class OptionsOverlay
{
    /// <summary>Pre-training options with some set anew.</summary>
    /// <param name="options">The options.</param>
    /// <param name="assignments">Each <c>name=value</c>, names of sections joined by dots.</param>
    /// <exception cref="OptionsException">A name is unknown or a value does not fit.</exception>
    public static CimPretrainOptions Apply(CimPretrainOptions options, IEnumerable<string> assignments) =>
        assignments.Aggregate(options, (before, assignment) => Read(assignment, TrainingOptionsJson.Default.CimPretrainOptions,
            () => OptionsJson.ToPretrainOptions(Overlay(OptionsJson.ToJson(before), assignment, TrainingOptionsJson.Default.CimPretrainOptions))));

    /// <summary>Tokenizer options with some set anew.</summary>
    /// <param name="options">The options.</param>
    /// <param name="assignments">Each <c>name=value</c>, names of sections joined by dots.</param>
    /// <exception cref="OptionsException">A name is unknown or a value does not fit.</exception>
    public static TokenizerTrainingOptions Apply(TokenizerTrainingOptions options, IEnumerable<string> assignments) =>
        assignments.Aggregate(options, (before, assignment) => Read(assignment, TrainingOptionsJson.Default.TokenizerTrainingOptions,
            () => OptionsJson.ToTokenizerOptions(Overlay(OptionsJson.ToJson(before), assignment, TrainingOptionsJson.Default.TokenizerTrainingOptions))));

    private static JsonElement Overlay(JsonElement options, string assignment, JsonTypeInfo type)
    {
        JsonNode root = JsonNode.Parse(options.GetRawText())!;
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new OptionsException($"--set {assignment} has no value: write NAME=VALUE, such as optimizer.beta2=0.98");
        string[] path = assignment[..equals].Split('.');
        JsonNode? node = root;
        JsonTypeInfo? kind = type;
        foreach (string name in path[..^1])
        {
            node = node is JsonObject section && section.ContainsKey(name) ? section[name] : throw Unknown(assignment, root, type);
            kind = kind is null ? null : SectionOf(kind, name);
        }
        // What has its default is not always written: whether there is such an option, its type says.
        if (node is not JsonObject last || (!last.ContainsKey(path[^1]) && !UnwrittenOf(last, kind).Contains(path[^1]))) throw Unknown(assignment, root, type);
        if (last[path[^1]] is JsonObject inner) throw new OptionsException($"--set {assignment}: {assignment[..equals]} is a section, set one of {string.Join(", ", NamesOf(inner, $"{assignment[..equals]}."))}");
        last[path[^1]] = ValueOf(assignment[(equals + 1)..]);
        return JsonElement.Parse(root.ToJsonString());
    }

    private static OptionsException Unknown(string assignment, JsonNode root, JsonTypeInfo type)
    {
        string name = assignment.Split('=', 2)[0];
        string[] names = [.. NamesOf((JsonObject)root, "", type)];
        string hint = NearestWord.To(name, names) is { } nearest ? $"did you mean {nearest}?" : "every run's run.json lists them all, such as optimizer.beta2";
        return new OptionsException($"--set {assignment}: there is no option {name}, {hint}");
    }

    private static IEnumerable<string> NamesOf(JsonObject section, string prefix, JsonTypeInfo? type = null) =>
        section.SelectMany(entry => entry.Value is JsonObject inner ? NamesOf(inner, $"{prefix}{entry.Key}.", type is null ? null : SectionOf(type, entry.Key)) : [prefix + entry.Key])
            .Concat(UnwrittenOf(section, type).Select(name => prefix + name));

    private static IEnumerable<string> UnwrittenOf(JsonObject section, JsonTypeInfo? type) =>
        type is null ? [] : type.Properties.Where(property => property.Set is not null && !section.ContainsKey(property.Name) && SectionOf(type, property.Name) is null).Select(property => property.Name);

    private static JsonTypeInfo? SectionOf(JsonTypeInfo type, string name)
    {
        Type? kind = type.Properties.FirstOrDefault(property => property.Name == name)?.PropertyType;
        return kind is not null && TrainingOptionsJson.Default.GetTypeInfo(kind) is { Kind: JsonTypeInfoKind.Object } section ? section : null;
    }

    private static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // A word without quotes is a word.
            return JsonValue.Create(text);
        }
    }

    private static T Read<T>(string assignment, JsonTypeInfo type, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CheckpointException)
        {
            string[] parts = assignment.Split('=', 2);
            throw new OptionsException($"--set {assignment}: '{parts[1]}' does not fit, {parts[0]} takes {KindOf(type, parts[0].Split('.'))}");
        }
    }

    // The name is known to exist: only its value did not fit.
    private static string KindOf(JsonTypeInfo type, string[] path)
    {
        Type kind = type.Type;
        foreach (string name in path)
        {
            kind = type.Properties.First(property => property.Name == name).PropertyType;
            kind = Nullable.GetUnderlyingType(kind) ?? kind;
            if (name != path[^1]) type = TrainingOptionsJson.Default.GetTypeInfo(kind)!;
        }
        return kind.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(kind))}"
            : kind == typeof(bool) ? "true or false"
            : kind == typeof(string) ? "a text"
            : kind == typeof(double) ? "a number such as 0.5"
            : "a whole number";
    }
}
