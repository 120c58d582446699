using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>Parameter sets to tensors in files and back.</summary>
internal static class TrainedWeights
{
    /// <summary>What AdamW needs to go on: the companions it keeps beside the values.</summary>
    public static readonly string[] OptimizerState = { "first_moment", "second_moment" };

    /// <summary>What an optimizer needs to go on.</summary>
    /// <param name="kind">The optimizer.</param>
    public static string[] StateOf(OptimizerKind kind) => kind == OptimizerKind.Sgd ? ["momentum"] : OptimizerState;

    /// <summary>All parameters of a set, read from the device one by one as they are written.</summary>
    public static IEnumerable<NamedTensor> Of(PersistentMemory memory, ParameterSet set, PersistentBuffer buffer, Func<string, bool>? include = null) =>
        set.Parameters.Where(parameter => include is null || include(parameter.Name))
            .Select(parameter => NamedTensor.Of(parameter.Name, parameter.Shape.ToList().ToArray(), () => memory.Read(parameter, buffer)));

    /// <summary>Values and optimizer state of a set, grouped by network and buffer.</summary>
    public static IEnumerable<NamedTensor> ForCheckpoint(PersistentMemory memory, ParameterSet set, IEnumerable<string> companions)
    {
        IEnumerable<NamedTensor> values = Of(memory, set, set.Values).Select(tensor => tensor.In($"{set.Name}.values"));
        return companions.Aggregate(values, (all, companion) =>
            all.Concat(Of(memory, set, set.Companion(companion)).Select(tensor => tensor.In($"{set.Name}.{companion}"))));
    }

    /// <summary>Reads back what <see cref="ForCheckpoint"/> wrote.</summary>
    public static void Restore(PersistentMemory memory, ParameterSet set, IEnumerable<string> companions, SafetensorsFile file)
    {
        Load(memory, set, set.Values, file, $"{set.Name}.values/");
        foreach (string companion in companions) Load(memory, set, set.Companion(companion), file, $"{set.Name}.{companion}/");
    }

    /// <summary>Fills a buffer of a set from a file; every parameter must be there in its shape.</summary>
    /// <exception cref="SafetensorsException">A tensor is missing or has another shape.</exception>
    public static void Load(PersistentMemory memory, ParameterSet set, PersistentBuffer buffer, SafetensorsFile file, string prefix = "")
    {
        foreach (Parameter parameter in set.Parameters) memory.Write<float>(buffer, parameter.OffsetBytes, Read(parameter, file, prefix));
    }

    /// <summary>A parameter's values in a file.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="file">The file.</param>
    /// <param name="prefix">Goes before its name there.</param>
    /// <param name="names">The names that the file has instead of those here; a file of an earlier version has those here.</param>
    /// <exception cref="SafetensorsException">It is missing or has another shape.</exception>
    public static float[] Read(Parameter parameter, SafetensorsFile file, string prefix = "", NameMap? names = null) => file.ReadFloats(Find(parameter, file, prefix, names).Name);

    /// <summary>Checks that a file has every parameter of a set in its shape, without a device.</summary>
    /// <exception cref="SafetensorsException">A tensor is missing or has another shape.</exception>
    public static void RequireShapes(ParameterSet set, SafetensorsFile file)
    {
        foreach (Parameter parameter in set.Parameters) Find(parameter, file, "");
    }

    private static SafetensorsEntry Find(Parameter parameter, SafetensorsFile file, string prefix, NameMap? names = null)
    {
        SafetensorsEntry entry = (names is null ? null : file.Find(prefix + names.NameInFile(parameter.Name))) ?? file.Find(prefix + parameter.Name)
            ?? throw new SafetensorsException($"'{file.Path}' has no tensor {prefix}{parameter.Name}: it belongs to a model of other sizes");
        return entry.Shape.SequenceEqual(parameter.Shape.ToList())
            ? entry
            : throw new SafetensorsException($"'{file.Path}': {entry.Name} has the shape {entry.ShapeText}, the model needs {parameter.Shape}");
    }
}
