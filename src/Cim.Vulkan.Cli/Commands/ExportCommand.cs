using System;
using System.CommandLine;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim export</c>: a pre-trained encoder for others' programs.</summary>
internal static class ExportCommand
{
    private static readonly Argument<string> s_source = new("RUN_OR_WEIGHTS") { Description = "A run's folder (of one under way, its newest checkpoint) or an enhancer.safetensors" };
    private static readonly Option<string> s_out = new("--out") { Description = "The file to write", HelpName = "FILE", Required = true };
    private static readonly Option<ExportFormat?> s_format = new("--format") { Description = "safetensors: weights under the names of timm and torchvision; onnx: weights and graph (default: as the file's name ends)", HelpName = "safetensors|onnx" };
    private static readonly Option<ExportFeatures?> s_features = new("--features") { Description = "What the graph gives: pooled (default), tokens, map, or head, which only a run's checkpoint has", HelpName = "pooled|tokens|map|head" };
    private static readonly Option<bool> s_normalize = new("--normalize") { Description = "The graph takes pictures in [0, 1] and normalises them itself (default: they come normalised, as timm's)" };

    public static Command Create()
    {
        var command = new Command("export", "Write a pre-trained encoder as safetensors for timm and torchvision, or as ONNX; needs no device") { s_source, s_out, s_format, s_features, s_normalize };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var options = new ExportOptions
        {
            Source = parsed.GetValue(s_source)!,
            Out = parsed.GetValue(s_out)!,
            Format = parsed.GetValue(s_format),
            Features = parsed.GetValue(s_features),
            Normalizes = parsed.GetValue(s_normalize),
        };
        foreach (string line in EncoderExport.Run(options)) Console.WriteLine(line);
        return 0;
    }
}
