using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>What is converted, and into what.</summary>
public sealed record WeightsConversionOptions
{
    /// <summary>A file of weights, or the two halves of a tokenizer.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The safetensors file to write.</summary>
    public required string To { get; init; }

    /// <summary>The architecture in a word; null for the one that is recognised.</summary>
    public string? Architecture { get; init; }

    /// <summary>Whether the head is left.</summary>
    public bool DropHead { get; init; }

    /// <summary>The key of the state dict within a checkpoint; null for the likeliest.</summary>
    public string? Container { get; init; }
}

/// <summary>Weights of any form that is read into a safetensors file under the names here, as float32.</summary>
public static class WeightsConversion
{
    /// <summary>The metadata key under which a converted file names its architecture.</summary>
    public const string ArchitectureKey = "cim.architecture";

    /// <summary>The word for an architecture that is to be recognised.</summary>
    public const string Auto = "auto";

    private const string Extension = ".safetensors";

    /// <summary>Converts.</summary>
    /// <returns>What was done, in lines.</returns>
    /// <exception cref="WeightsException">A file cannot be read or is of no use, or the target cannot be.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static IReadOnlyList<string> Run(WeightsConversionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        NameMap? map = MapOf(options.Architecture);
        CheckTarget("--to", options.To, Extension);
        var sources = new List<WeightsSource>();
        try
        {
            foreach (string file in options.Files) sources.Add(WeightsSource.Open(file, options.Container));
            return sources.Count == 1 ? ConvertOne(sources[0], map, options) : Join(sources, options);
        }
        finally
        {
            foreach (WeightsSource source in sources) source.Dispose();
        }
    }

    /// <summary>The map that an option names; null where it is to be recognised.</summary>
    internal static NameMap? MapOf(string? architecture, string option = "--as")
    {
        if (architecture is null or Auto) return null;
        return NameMaps.Find(architecture) ?? throw new WeightsException($"{option} {WeightsException.OneLine(architecture)} is no network whose names are known: give one of {string.Join(", ", NameMaps.All.Select(map => map.Architecture))}, or {Auto}");
    }

    /// <summary>Refuses a file to write that has another extension, is there, or has no folder to lie in.</summary>
    internal static void CheckTarget(string option, string path, string extension)
    {
        if (!path.EndsWith(extension, StringComparison.Ordinal)) throw new WeightsException($"{option} {path} does not end in {extension}, which is what is written: give such a name");
        if (Path.Exists(path)) throw new WeightsException($"{option} {path} is already there: give another name, or delete it");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder)) throw new WeightsException($"{option} {path}: there is no such folder, make it or give another file");
    }

    private static List<string> ConvertOne(WeightsSource source, NameMap? map, WeightsConversionOptions options)
    {
        if (map is null && NameMap.Recognise(source.Tensors.Select(tensor => tensor.Name)) is null) return Copy(source, options);
        var named = NamedWeights.Of(source, map, options.DropHead);
        // Integers that are none of a network's parameters are not in the map.
        NamedTensor[] tensors = [.. named.ByName.Select(pair => NamedTensor.Of(pair.Key, pair.Value.Shape, () => source.ReadFloats(pair.Value)))];
        Write(options.To, tensors, named.Map.Architecture);
        List<string> lines = [$"{options.To}: {tensors.Length} tensors of {named.Map.Architecture}, float32"];
        if (named.Dropped.Count > 0) lines.Add($"head dropped: {WeightsReport.Some(named.Dropped)}");
        if (named.Ignored.Count > 0) lines.Add($"ignored: {WeightsReport.Some(named.Ignored)}");
        if (named.Unknown.Count > 0) lines.Add($"not of {named.Map.Architecture}, left aside: {WeightsReport.Some(named.Unknown)}");
        return lines;
    }

    // Names that nobody knows stay as they are, and so do types.
    private static List<string> Copy(WeightsSource source, WeightsConversionOptions options)
    {
        if (options.DropHead) throw new WeightsException($"'{source.Path}' has names of no known network, so that no head is known to drop: leave --drop-head out, or say --as");
        NamedTensor[] tensors = [.. source.Tensors.Select(tensor => new NamedTensor(tensor.Name, tensor.Shape, tensor.Type, () => source.ReadBytes(tensor)))];
        Write(options.To, tensors, architecture: null);
        return [$"{options.To}: {tensors.Length} tensors of no known network, names and types as they were"];
    }

    private static List<string> Join(List<WeightsSource> sources, WeightsConversionOptions options)
    {
        if (sources.Count != 2 || options.Architecture is not (null or Auto)) throw new WeightsException($"{sources.Count} files are given: one is converted by itself, two without --as become a tokenizer, as encoder.pkl and decoder.pkl of DALL-E");
        (IReadOnlyList<NamedTensor> tensors, TokenizerTrainingOptions sizes) = DalleTokenizer.Join([.. sources.Select(source => NamedWeights.Of(source))]);
        WeightsFile.Save(new PhysicalFileSystem(), options.To, TokenizerTrainingOptions.WeightsKind, OptionsJson.ToJson(sizes), tensors);
        return [$"{options.To}: a tokenizer of {sizes.VocabularySize} codes, {sizes.TokenSize} pixels a side to a token; give it to --tokenizer"];
    }

    private static void Write(string path, IReadOnlyList<NamedTensor> tensors, string? architecture)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal) { ["format"] = "pt" };
        if (architecture is not null) metadata[ArchitectureKey] = architecture;
        SafetensorsWriter.WriteFile(new PhysicalFileSystem(), path, tensors, metadata);
    }
}
