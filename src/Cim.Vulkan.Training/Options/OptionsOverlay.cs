using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cim.Vulkan.Training;

/// <summary>Sets single options by their names in JSON, such as <c>optimizer.beta2=0.98</c>: everything is within reach without a flag for each.</summary>
public static class OptionsOverlay
{
    /// <summary>Pre-training options with some set anew.</summary>
    /// <param name="options">The options.</param>
    /// <param name="assignments">Each <c>name=value</c>, names of sections joined by dots.</param>
    /// <exception cref="OptionsException">A name is unknown or a value does not fit.</exception>
    public static CimPretrainOptions Apply(CimPretrainOptions options, IEnumerable<string> assignments) =>
        Read(() => OptionsJson.ToPretrainOptions(Overlay(OptionsJson.ToJson(options), assignments)));

    /// <summary>Tokenizer options with some set anew.</summary>
    /// <param name="options">The options.</param>
    /// <param name="assignments">Each <c>name=value</c>, names of sections joined by dots.</param>
    /// <exception cref="OptionsException">A name is unknown or a value does not fit.</exception>
    public static TokenizerTrainingOptions Apply(TokenizerTrainingOptions options, IEnumerable<string> assignments) =>
        Read(() => OptionsJson.ToTokenizerOptions(Overlay(OptionsJson.ToJson(options), assignments)));

    private static JsonElement Overlay(JsonElement options, IEnumerable<string> assignments)
    {
        JsonNode root = JsonNode.Parse(options.GetRawText())!;
        foreach (string assignment in assignments)
        {
            int equals = assignment.IndexOf('=');
            if (equals < 1) throw new OptionsException($"--set {assignment}: write NAME=VALUE, such as optimizer.beta2=0.98");
            Assign(root, assignment[..equals].Split('.'), assignment[(equals + 1)..], assignment);
        }
        return JsonElement.Parse(root.ToJsonString());
    }

    private static void Assign(JsonNode node, string[] path, string value, string assignment)
    {
        for (int i = 0; i < path.Length; i++)
        {
            if (node is not JsonObject section || !section.ContainsKey(path[i]))
                throw new OptionsException($"--set {assignment}: there is no option {string.Join('.', path)}{Known(node)}");
            if (i == path.Length - 1) section[path[i]] = ValueOf(value);
            else node = section[path[i]] ?? throw new OptionsException($"--set {assignment}: {path[i]} is not set");
        }
    }

    private static string Known(JsonNode node)
    {
        if (node is not JsonObject section) return "";
        var names = new List<string>();
        foreach ((string name, _) in section) names.Add(name);
        return $"; there are {string.Join(", ", names)}";
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

    private static T Read<T>(System.Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CheckpointException error)
        {
            throw new OptionsException($"--set: {error.Message}");
        }
    }
}
