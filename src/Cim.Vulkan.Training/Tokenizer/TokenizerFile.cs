using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;
using Cim.Vulkan.Runtime;

namespace Cim.Vulkan.Training;

/// <summary>The trained tokenizer as a file.</summary>
public static class TokenizerFile
{
    /// <summary>The file's name in a run's folder.</summary>
    public const string Name = "tokenizer.safetensors";

    private const string Advice = $"give --tokenizer the {Name} that 'cim tokenizer train' wrote, or copy it again";

    private const string Conversion = $"make a tokenizer of both halves with `cim weights convert encoder.pkl decoder.pkl --to {Name}` and give that";

    /// <summary>Opens a tokenizer.</summary>
    /// <param name="path">The file, or the folder of the run that wrote it.</param>
    /// <exception cref="SafetensorsException">There is no such file, or it holds something else.</exception>
    public static WeightsFile Open(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, Name) : path;
        if (!File.Exists(file)) throw new SafetensorsException($"there is no tokenizer at '{path}': train one with 'cim tokenizer train' and give its {Name}");
        if (WeightsSource.IsPickle(file)) throw new SafetensorsException($"'{path}' is a file of PyTorch, not yet a tokenizer: {Conversion}");
        try
        {
            return WeightsFile.Open(file, TokenizerTrainingOptions.WeightsKind);
        }
        catch (SafetensorsException error)
        {
            throw new SafetensorsException($"{error.Message}; {(IsHalf(file) ? $"these are the names of one half of DALL-E's: {Conversion}" : Advice)}", error);
        }
    }

    /// <summary>Checks that the weights have the sizes that the file's own description states.</summary>
    /// <param name="file">An open tokenizer.</param>
    /// <exception cref="SafetensorsException">They have not; the message names the first tensor.</exception>
    public static void RequireSizes(WeightsFile file)
    {
        try
        {
            var set = new ParameterSet("tokenizer");
            _ = new DiscreteVae(set, OptionsOf(file));
            TrainedWeights.RequireShapes(set, file.Tensors);
        }
        catch (SafetensorsException error)
        {
            throw new SafetensorsException($"{error.Message}; {Advice}", error);
        }
    }

    /// <summary>The sizes of a tokenizer file.</summary>
    /// <param name="file">An open tokenizer.</param>
    public static DiscreteVaeOptions OptionsOf(WeightsFile file) => OptionsOf(OptionsJson.ToTokenizerOptions(file.Config));

    /// <summary>The sizes that training options ask for.</summary>
    /// <param name="options">Of tokenizer training.</param>
    public static DiscreteVaeOptions OptionsOf(TokenizerTrainingOptions options) => new()
    {
        GroupCount = options.Groups,
        BlocksPerGroup = options.BlocksPerGroup,
        HiddenWidth = options.HiddenWidth,
        InitWidth = System.Math.Max(1, options.HiddenWidth / 2),
        VocabularySize = options.VocabularySize,
    };

    // As the encoder or the decoder is published by itself.
    private static bool IsHalf(string path)
    {
        try
        {
            using var source = WeightsSource.Open(path);
            NameMap? map = NameMap.Recognise(source.Tensors.Select(tensor => tensor.Name))?.Map;
            return map == NameMaps.DalleEncoder || map == NameMaps.DalleDecoder;
        }
        catch (WeightsException)
        {
            return false;
        }
    }

    internal static void Save(IFileSystem fileSystem, string path, TokenizerTrainingOptions options, PersistentMemory memory, ParameterSet parameters, PersistentBuffer values) =>
        WeightsFile.Save(fileSystem, path, TokenizerTrainingOptions.WeightsKind, OptionsJson.ToJson(options with { Data = "", Out = "" }), TrainedWeights.Of(memory, parameters, values).ToArray());
}
