using System;
using System.CommandLine;
using System.IO;
using System.Text.Json;
using Cim.Vulkan.Training;

namespace Cim.Vulkan.Cli;

/// <summary><c>cim weights</c>: what files of weights hold, and theirs under the names here.</summary>
internal static class WeightsCommand
{
    private static readonly Argument<string> s_file = new("FILE") { Description = "safetensors, what torch.save wrote, or a pickle; the form is told by the content" };
    private static readonly Argument<string[]> s_files = new("FILES") { Description = "Such a file, or the two halves of DALL-E's tokenizer", HelpName = "FILE [FILE]", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string?> s_key = new("--key") { Description = "The key of the weights within a checkpoint, such as model_ema (default: the likeliest)", HelpName = "KEY" };
    private static readonly Option<FileInfo?> s_json = new("--json") { Description = "Also write the listing as JSON", HelpName = "FILE" };
    private static readonly Option<string> s_to = new("--to") { Description = "The file to write", HelpName = "FILE.safetensors", Required = true };
    private static readonly Option<string> s_as = new("--as") { Description = "vit, beit, mae, resnet, dalle-encoder, dalle-decoder, tokenizer, or auto: the network whose names the file has", HelpName = "NETWORK", DefaultValueFactory = _ => WeightsConversion.Auto };
    private static readonly Option<bool> s_dropHead = new("--drop-head") { Description = "Leave the head, which belongs to the task that was trained" };

    public static Command Create()
    {
        var inspect = new Command("inspect", "List a file's tensors, and say of which network they are; no weight is read and nothing in the file is run") { s_file, s_key, s_json };
        inspect.SetAction(Inspect);
        var convert = new Command("convert", "Write the weights as safetensors under the names here; encoder.pkl and decoder.pkl of DALL-E become one tokenizer") { s_files, s_to, s_as, s_dropHead, s_key };
        convert.SetAction(Convert);
        return new Command("weights", "Look into files of weights and take them over: PyTorch, pickles, safetensors") { inspect, convert };
    }

    private static int Inspect(ParseResult parsed)
    {
        JsonTarget? json = JsonTarget.Of(parsed.GetValue(s_json));
        using var source = WeightsSource.Open(parsed.GetValue(s_file)!, parsed.GetValue(s_key));
        var inspection = WeightsInspection.Of(source);
        foreach (string line in inspection.Lines()) Console.WriteLine(line);
        json?.Write(JsonSerializer.Serialize(inspection, OutcomeJson.Default.WeightsInspection));
        return 0;
    }

    private static int Convert(ParseResult parsed)
    {
        var options = new WeightsConversionOptions
        {
            Files = parsed.GetValue(s_files) ?? [],
            To = parsed.GetValue(s_to)!,
            Architecture = parsed.GetValue(s_as),
            DropHead = parsed.GetValue(s_dropHead),
            Container = parsed.GetValue(s_key),
        };
        foreach (string line in WeightsConversion.Run(options)) Console.WriteLine(line);
        return 0;
    }
}
