using System.CommandLine;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim tokenizer train</c>: trains the discrete VAE that a CIM run needs.</summary>
internal static class TokenizerCommand
{
    private static readonly Option<string?> s_preset = new("--preset") { Description = $"A recipe to start from, other flags go over it: {string.Join(", ", Presets.TokenizerNames)}", HelpName = "NAME" };
    private static readonly Option<int?> s_vocabulary = new("--vocabulary") { Description = "Codes", HelpName = "N" };
    private static readonly Option<int?> s_width = new("--width") { Description = "Channels of the first group", HelpName = "N" };
    private static readonly Option<int?> s_groups = new("--groups") { Description = "Groups of blocks: a token covers 2^(groups - 1) pixels a side", HelpName = "N" };

    public static Command Create()
    {
        var train = new Command("train", "Train a discrete VAE on a folder of pictures; writes tokenizer.safetensors") { s_preset, s_vocabulary, s_width, s_groups };
        RunArguments.AddTo(train);
        train.SetAction((parsed, cancellation) =>
        {
            TokenizerTrainingOptions options = OptionsOf(parsed);
            return RunArguments.Run(parsed, options, (device, start, token) => TrainingJobs.TrainTokenizer(device, options, start, token), cancellation);
        });
        return new Command("tokenizer", "Train the tokenizer that CIM needs") { train };
    }

    private static TokenizerTrainingOptions OptionsOf(ParseResult parsed)
    {
        TokenizerTrainingOptions defaults = parsed.GetValue(s_preset) is { } preset ? Presets.Tokenizer(preset) : new TokenizerTrainingOptions();
        TokenizerTrainingOptions options = RunArguments.Over(parsed, defaults, defaults.Optimizer, (o, optimizer) => o with { Optimizer = optimizer });
        options = options with
        {
            ImageSize = parsed.GetValue(RunArguments.ImageSize) ?? defaults.ImageSize,
            VocabularySize = parsed.GetValue(s_vocabulary) ?? defaults.VocabularySize,
            HiddenWidth = parsed.GetValue(s_width) ?? defaults.HiddenWidth,
            Groups = parsed.GetValue(s_groups) ?? defaults.Groups,
        };
        return OptionsOverlay.Apply(options, parsed.GetValue(RunArguments.Set) ?? []);
    }
}
