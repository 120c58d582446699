using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cim.Vulkan.Training;

/// <summary>Options to JSON and back, for checkpoints, <c>run.json</c> and weights files; generated code, so it works trimmed.</summary>
public static class OptionsJson
{
    /// <summary>The options as JSON.</summary>
    public static JsonElement ToJson(CimPretrainOptions options) => JsonSerializer.SerializeToElement(options, TrainingOptionsJson.Default.CimPretrainOptions);

    /// <summary>The options as JSON.</summary>
    public static JsonElement ToJson(TokenizerTrainingOptions options) => JsonSerializer.SerializeToElement(options, TrainingOptionsJson.Default.TokenizerTrainingOptions);

    /// <summary>Pre-training options from JSON; what it leaves out has its default.</summary>
    /// <exception cref="CheckpointException">The JSON does not describe such options.</exception>
    public static CimPretrainOptions ToPretrainOptions(JsonElement json) => Read(json, ToJson(new CimPretrainOptions()), TrainingOptionsJson.Default.CimPretrainOptions);

    /// <summary>Tokenizer options from JSON; what it leaves out has its default.</summary>
    /// <exception cref="CheckpointException">The JSON does not describe such options.</exception>
    public static TokenizerTrainingOptions ToTokenizerOptions(JsonElement json) => Read(json, ToJson(new TokenizerTrainingOptions()), TrainingOptionsJson.Default.TokenizerTrainingOptions);

    /// <summary>Generated readers set every init-only property, absent ones to zero: so the JSON is laid over that of the defaults.</summary>
    private static T Read<T>(JsonElement json, JsonElement defaults, JsonTypeInfo<T> type)
        where T : RunOptions
    {
        if (json.ValueKind != JsonValueKind.Object) throw new CheckpointException("the stored options are not a JSON object");
        try
        {
            JsonObject complete = JsonObject.Create(defaults)!;
            Overlay(complete, json);
            return complete.Deserialize(type)!;
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"the stored options cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static void Overlay(JsonObject target, JsonElement source)
    {
        foreach (JsonProperty property in source.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object && target[property.Name] is JsonObject inner) Overlay(inner, property.Value);
            else target[property.Name] = JsonNode.Parse(property.Value.GetRawText());
        }
    }
}

/// <summary>Generated JSON code for options. An unknown name is an error: an option that is ignored is a run that is not what it says.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CimPretrainOptions))]
[JsonSerializable(typeof(TokenizerTrainingOptions))]
internal sealed partial class TrainingOptionsJson : JsonSerializerContext;
