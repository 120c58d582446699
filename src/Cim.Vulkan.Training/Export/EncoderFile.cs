using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>
/// An encoder to hand on: its weights under the names of timm and torchvision, and in the metadata all that it is built from, so that nothing but
/// the file is needed.
/// </summary>
public sealed class EncoderFile : IDisposable
{
    private readonly SafetensorsFile _tensors;

    private EncoderFile(SafetensorsFile tensors, EncoderDescription description)
    {
        (_tensors, Description) = (tensors, description);
        Encoder = description.Build();
    }

    /// <summary>What the network is.</summary>
    public EncoderDescription Description { get; }

    /// <summary>The network, without weights.</summary>
    public IVisionEncoder Encoder { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null where the file does not describe its network.</returns>
    /// <exception cref="SafetensorsException">The file cannot be read, or describes a network that cannot be.</exception>
    public static EncoderFile? Open(string path)
    {
        SafetensorsFile tensors = SafetensorsFile.Open(path);
        try
        {
            if (EncoderDescription.IsIn(tensors.Metadata)) return new EncoderFile(tensors, EncoderDescription.FromMetadata(tensors.Metadata));
        }
        catch (ArgumentException error)
        {
            tensors.Dispose();
            throw new SafetensorsException($"'{path}': {error.Message}", error);
        }
        tensors.Dispose();
        return null;
    }

    /// <summary>The options of the run that trained it; null where the file does not tell.</summary>
    public CimPretrainOptions? Options => _tensors.Metadata.GetValueOrDefault(WeightsFile.ConfigKey) is { } config ? OptionsJson.ToPretrainOptions(WeightsFile.ParseConfig(_tensors.Path, config)) : null;

    /// <summary>The values of a parameter or a running statistic.</summary>
    /// <param name="parameter">One of <see cref="Encoder"/>.</param>
    /// <exception cref="SafetensorsException">It is missing or has another shape.</exception>
    public float[] Read(Parameter parameter) => TrainedWeights.Read(parameter, _tensors, names: Description.Names);

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="fileSystem">The seam for all writes.</param>
    /// <param name="path">The file.</param>
    /// <param name="description">What the network is.</param>
    /// <param name="options">The options of the run that trained it; null where they are not known.</param>
    /// <param name="read">Gives the values of the parameter or running statistic of a name; called for one after the other.</param>
    /// <returns>How many tensors there are.</returns>
    /// <exception cref="System.IO.IOException">The file could not be written; the one that was there is untouched.</exception>
    public static int Save(IFileSystem fileSystem, string path, EncoderDescription description, CimPretrainOptions? options, Func<string, float[]> read)
    {
        // A network of its own, because the head declares its parameters in the trunk's set.
        IVisionEncoder trunk = description.Build();
        IEnumerable<NamedTensor> trained = trunk.AllParameters()
            .Select(parameter => NamedTensor.Of(description.Names.NameInFile(parameter.Name), LengthsOf(parameter.Shape), () => read(parameter.Name)));
        IEnumerable<NamedTensor> all = trained.Concat(description.FixedTensors().Select(tensor => NamedTensor.Of(tensor.Name, LengthsOf(tensor.Shape), tensor.Values)));
        NamedTensor[] tensors = [.. all];
        // Where the run's files lay is nobody's business who gets the weights.
        CimPretrainOptions? shared = options is null ? null : options with { Data = "", Out = "", Tokenizer = "", ProbeData = "", InitEnhancer = null, InitAs = null };
        if (shared is not null) WeightsFile.Save(fileSystem, path, CimPretrainer.EnhancerKind, OptionsJson.ToJson(shared), tensors, description.ToMetadata());
        else SafetensorsWriter.WriteFile(fileSystem, path, tensors, new Dictionary<string, string>(description.ToMetadata()) { [WeightsFile.FormatKey] = WeightsFile.Format });
        return tensors.Length;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _tensors.Dispose();

    private static int[] LengthsOf(Shape shape) => [.. shape.ToList()];
}
