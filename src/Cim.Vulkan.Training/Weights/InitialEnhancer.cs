using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>First values of an enhancer out of a file, of another pre-training or of someone else's network; its head keeps its own.</summary>
public sealed class InitialEnhancer : IDisposable
{
    private readonly WeightsSource _source;
    private readonly WeightsLoader _loader;

    private InitialEnhancer(WeightsSource source, WeightsLoader loader)
    {
        (_source, _loader) = (source, loader);
    }

    /// <summary>What became of each tensor and each parameter.</summary>
    public WeightsReport Report => _loader.Report;

    /// <summary>The report in a few lines for the user.</summary>
    public IEnumerable<string> Lines => Report.Lines.Prepend($"the enhancer starts from '{_source.Path}' ({_source.FormText})");

    /// <summary>Opens the file that a run starts from and matches it with the enhancer.</summary>
    /// <param name="options">The run's options.</param>
    /// <returns>Null where the run starts from random values.</returns>
    /// <exception cref="WeightsException">The file cannot be read, or nothing of it fits the enhancer.</exception>
    public static InitialEnhancer? Open(CimPretrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.InitEnhancer is not { } path) return null;
        IVisionEncoder trunk = CimModels.TrunkOf(options);
        var source = WeightsSource.Open(Directory.Exists(path) ? Path.Combine(path, PretrainedEnhancer.FileName) : path);
        try
        {
            var loader = WeightsLoader.Match(NamedWeights.Of(source, WeightsConversion.MapOf(options.InitAs, "--init-as"), dropHead: true), SetsOf(trunk).SelectMany(WeightTarget.Of));
            if (loader.Report.Loaded.Count > 0) return new InitialEnhancer(source, loader);
            string wanted = trunk is ResNet ? "a ResNet" : "a vision transformer";
            throw new WeightsException($"nothing in '{source.Path}' fits the enhancer: it is {loader.Report.Architecture}, the enhancer is {wanted}; give --enhancer the file's network, or another file");
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The options with the start of the run that a folder holds, and whether that start is past: a run that goes on from a checkpoint needs the file no more.
    /// </summary>
    /// <param name="options">The run's options, of a run that is to be resumed.</param>
    public static (CimPretrainOptions Options, bool IsPast) AsBefore(CimPretrainOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (RunFolder.IdentityIn(options.Out) is not { } before || !RunFolder.HasCheckpoints(options.Out)) return (options, false);
        return (options.InitEnhancer is null ? options with { InitEnhancer = Text(before.Options, "initEnhancer"), InitAs = Text(before.Options, "initAs") } : options, true);
    }

    /// <summary>Writes the values; parameters that the file has nothing for keep theirs.</summary>
    /// <param name="memory">Where the network's values lie.</param>
    /// <param name="enhancer">The network under the head.</param>
    /// <exception cref="WeightsException">The file cannot be read, or a value is not finite.</exception>
    public void LoadInto(PersistentMemory memory, IVisionEncoder enhancer)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(enhancer);
        var loaded = Report.Loaded.ToHashSet(StringComparer.Ordinal);
        foreach (Parameter parameter in SetsOf(enhancer).SelectMany(set => set.Parameters).Where(parameter => loaded.Contains(parameter.Name)))
        {
            float[] values = _loader.Read(parameter.Name);
            if (!Array.TrueForAll(values, float.IsFinite)) throw new WeightsException($"'{_source.Path}': {parameter.Name} has values that are not finite: it comes from a training that went wrong, give another file");
            memory.Write(parameter, values);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _source.Dispose();

    private static IEnumerable<ParameterSet> SetsOf(IVisionEncoder trunk) => trunk.Statistics is { } statistics ? [trunk.Parameters, statistics] : [trunk.Parameters];

    private static string? Text(JsonElement options, string name) =>
        options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
