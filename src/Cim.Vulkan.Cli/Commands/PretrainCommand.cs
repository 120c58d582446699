using System.CommandLine;
using Cim.Vulkan.Models;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim pretrain</c>: Corrupted Image Modeling, and the methods that it is compared with.</summary>
internal static class PretrainCommand
{
    public static Command Create()
    {
        var command = new Command("pretrain", "Pre-train a vision encoder by Corrupted Image Modeling or another method; writes enhancer.safetensors");
        PretrainArguments.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            CimPretrainOptions options = PretrainArguments.Read(parsed, TokenizerOf(parsed));
            return RunArguments.Run(parsed, options, (device, start, token) => TrainingJobs.Pretrain(device, options, start, token), cancellation);
        });
        return command;
    }

    private static DiscreteVaeOptions? TokenizerOf(ParseResult parsed)
    {
        if (!PretrainArguments.MethodOf(parsed).NeedsTokenizer) return null;
        string path = parsed.GetValue(PretrainArguments.Tokenizer)
            ?? throw new CimUsageException("--tokenizer is missing: train one with `cim tokenizer train` and give its tokenizer.safetensors");
        using WeightsFile file = TokenizerFile.Open(path);
        return TokenizerFile.OptionsOf(file);
    }
}
