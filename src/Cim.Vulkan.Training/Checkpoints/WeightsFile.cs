using System;
using System.Collections.Generic;
using System.Text.Json;

namespace Cim.Vulkan.Training;

/// <summary>
/// A model to hand on, in one safetensors file: the weights under the field's names, and in the metadata what kind of model it is and
/// the configuration to build it from.
/// </summary>
public sealed class WeightsFile : IDisposable
{
    // "pt" is what other readers look for; it says no more than that the layout is row-major.
    internal const string FormatKey = "format", Format = "pt", ConfigKey = "cim.config";

    private const string KindKey = "cim.kind";

    private WeightsFile(SafetensorsFile tensors, string kind, JsonElement config)
    {
        (Tensors, Kind, Config) = (tensors, kind, config);
    }

    /// <summary>The kind of model, for example <c>dvae-tokenizer</c>.</summary>
    public string Kind { get; }

    /// <summary>The configuration to build the model from.</summary>
    public JsonElement Config { get; }

    /// <summary>The weights.</summary>
    public SafetensorsFile Tensors { get; }

    /// <summary>Writes a weights file, whole or not at all.</summary>
    /// <param name="fileSystem">The seam for all writes.</param>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of model.</param>
    /// <param name="config">The configuration to build the model from.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="description">More metadata; null for none.</param>
    /// <exception cref="System.IO.IOException">The file could not be written; the one that was there is untouched.</exception>
    public static void Save(IFileSystem fileSystem, string path, string kind, JsonElement config, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? description = null)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { [FormatKey] = Format, [KindKey] = kind, [ConfigKey] = config.GetRawText() };
        foreach ((string key, string value) in description ?? new Dictionary<string, string>()) metadata.Add(key, value);
        SafetensorsWriter.WriteFile(fileSystem, path, tensors, metadata);
    }

    /// <summary>Opens a weights file of the expected kind.</summary>
    /// <exception cref="SafetensorsException">The file cannot be read, is not valid, or holds another kind of model.</exception>
    public static WeightsFile Open(string path, string expectedKind)
    {
        SafetensorsFile tensors = SafetensorsFile.Open(path);
        try
        {
            string? kind = tensors.Metadata.GetValueOrDefault(KindKey);
            if (kind != expectedKind) throw new SafetensorsException($"'{path}' holds {(kind is null ? "weights of no stated kind" : $"weights of the kind '{kind}'")}, '{expectedKind}' is needed");
            if (!tensors.Metadata.TryGetValue(ConfigKey, out string? config)) throw new SafetensorsException($"'{path}' has no '{ConfigKey}' in its metadata");
            return new WeightsFile(tensors, kind, ParseConfig(path, config));
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Tensors.Dispose();

    internal static JsonElement ParseConfig(string path, string config)
    {
        try
        {
            return JsonElement.Parse(config);
        }
        catch (JsonException error)
        {
            throw new SafetensorsException($"'{path}' has a '{ConfigKey}' in its metadata that is not JSON", error);
        }
    }
}
