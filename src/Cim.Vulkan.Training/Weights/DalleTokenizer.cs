using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;
using Cim.Vulkan.Models;

namespace Cim.Vulkan.Training;

/// <summary>The two halves of DALL-E's discrete VAE, or of another of its build, as one tokenizer file.</summary>
internal static class DalleTokenizer
{
    private const string Input = "encoder.blocks.input.w", Output = "encoder.blocks.output.conv.w", DecoderInput = "decoder.blocks.input.w";

    // Not stated anywhere; a tokenizer takes any multiple of its downsampling.
    private const int TokensPerSide = 14;

    /// <summary>The tensors of a tokenizer and the options that describe it.</summary>
    /// <param name="halves">Encoder and decoder, in any order.</param>
    /// <exception cref="WeightsException">They are not one of each, or do not fit each other.</exception>
    public static (IReadOnlyList<NamedTensor> Tensors, TokenizerTrainingOptions Options) Join(IReadOnlyList<NamedWeights> halves)
    {
        NamedWeights encoder = Half(halves, NameMaps.DalleEncoder), decoder = Half(halves, NameMaps.DalleDecoder);
        TokenizerTrainingOptions options = OptionsOf(encoder, decoder);
        var set = new ParameterSet("tokenizer");
        _ = new DiscreteVae(set, TokenizerFile.OptionsOf(options));
        WeightTarget[] targets = [.. WeightTarget.Of(set)];
        var tensors = new List<NamedTensor>();
        foreach (NamedWeights half in (NamedWeights[])[encoder, decoder])
        {
            string group = half == encoder ? "encoder." : "decoder.";
            var loader = WeightsLoader.Match(half, targets.Where(target => target.Name.StartsWith(group, StringComparison.Ordinal)));
            if (loader.Report.Missing.Concat(loader.Report.Unexpected).FirstOrDefault() is { } odd)
                throw new WeightsException($"'{half.Source.Path}' is no half of a discrete VAE of {options.Groups} groups of {options.BlocksPerGroup} blocks: {WeightsException.OneLine(odd)} is {(loader.Report.Missing.Contains(odd) ? "missing" : "too much")}");
            tensors.AddRange(targets.Where(target => loader.Report.Loaded.Contains(target.Name)).Select(target => NamedTensor.Of(target.Name, target.Shape, () => loader.Read(target.Name))));
        }

        return (tensors, options);
    }

    private static NamedWeights Half(IReadOnlyList<NamedWeights> halves, NameMap map)
    {
        NamedWeights[] found = [.. halves.Where(half => half.Map == map)];
        string each = string.Join(", ", halves.Select(half => $"'{half.Source.Path}' is {half.Map.Architecture}"));
        return found.Length == 1 && halves.Count == 2 ? found[0] : throw new WeightsException($"a tokenizer is made of one dalle-encoder and one dalle-decoder, but {each}: give these two");
    }

    private static TokenizerTrainingOptions OptionsOf(NamedWeights encoder, NamedWeights decoder)
    {
        int[] input = Shape(encoder, Input), output = Shape(encoder, Output), back = Shape(decoder, DecoderInput);
        int groups = encoder.ByName.Keys.Count(name => name.EndsWith(".block_1.res_path.conv_1.w", StringComparison.Ordinal));
        int blocks = encoder.ByName.Keys.Count(name => name.StartsWith("encoder.blocks.group_1.", StringComparison.Ordinal) && name.EndsWith(".res_path.conv_1.w", StringComparison.Ordinal));
        var options = new TokenizerTrainingOptions { HiddenWidth = input[0], VocabularySize = output[0], Groups = groups, BlocksPerGroup = blocks };
        options = options with { ImageSize = TokensPerSide * (1 << Math.Clamp(groups - 1, 0, 16)) };
        if (back[1] != output[0]) throw new WeightsException($"'{encoder.Source.Path}' has {output[0]} codes and '{decoder.Source.Path}' {back[1]}: give two halves of the same tokenizer");
        // What the run of a training would say of its command line is said of the file.
        IReadOnlyList<string> problems = (options with { Data = "x", Out = "x", Steps = 1 }).Validate();
        return problems.Count == 0 ? options : throw new WeightsException($"'{encoder.Source.Path}' describes no tokenizer that can be: {problems[0]}");
    }

    private static int[] Shape(NamedWeights half, string name) =>
        half.ByName.GetValueOrDefault(name) is { Shape: [_, _, _, _] shape } ? shape : throw new WeightsException($"'{half.Source.Path}' has no convolution {name}: give a half of a discrete VAE");
}
