using System;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cim.Vulkan.Training;

/// <summary>Options to JSON and back, for checkpoints, <c>config.json</c> and weights files; generated code, so it works trimmed.</summary>
public static class OptionsJson
{
    /// <summary>The options as JSON.</summary>
    public static JsonElement ToJson(CimPretrainOptions options) => JsonSerializer.SerializeToElement(options, TrainingOptionsJson.Default.CimPretrainOptions);

    /// <summary>The options as JSON.</summary>
    public static JsonElement ToJson(TokenizerTrainingOptions options) => JsonSerializer.SerializeToElement(options, TrainingOptionsJson.Default.TokenizerTrainingOptions);

    /// <summary>Pre-training options from JSON.</summary>
    /// <exception cref="CheckpointException">The JSON does not describe such options.</exception>
    public static CimPretrainOptions ToPretrainOptions(JsonElement json) => Read(() => json.Deserialize(TrainingOptionsJson.Default.CimPretrainOptions));

    /// <summary>Tokenizer options from JSON.</summary>
    /// <exception cref="CheckpointException">The JSON does not describe such options.</exception>
    public static TokenizerTrainingOptions ToTokenizerOptions(JsonElement json) => Read(() => json.Deserialize(TrainingOptionsJson.Default.TokenizerTrainingOptions));

    private static T Read<T>(Func<T?> read)
        where T : RunOptions
    {
        try
        {
            return read() ?? throw new CheckpointException("the stored options are empty");
        }
        catch (JsonException error)
        {
            throw new CheckpointException($"the stored options cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
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
