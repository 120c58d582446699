using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Cim.Vulkan.Models;
using Cim.Vulkan.Onnx;

namespace Cim.Vulkan.Training;

/// <summary>Encoders into files for others: what <c>cim export</c> calls.</summary>
public static class EncoderExport
{
    private const string SafetensorsExtension = ".safetensors", OnnxExtension = ".onnx";

    /// <summary>Exports.</summary>
    /// <returns>What was written, in lines.</returns>
    /// <exception cref="WeightsException">The source cannot be read or has no such features, or the target cannot be.</exception>
    /// <exception cref="CheckpointException">All checkpoints are damaged, or belong to another training.</exception>
    /// <exception cref="System.IO.IOException">The file cannot be written.</exception>
    public static IReadOnlyList<string> Run(ExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ExportFormat format = options.Format ?? FormatOf(options.Out);
        WeightsConversion.CheckTarget("--out", options.Out, format == ExportFormat.Onnx ? OnnxExtension : SafetensorsExtension);
        return format == ExportFormat.Onnx ? ToOnnx(options) : ToSafetensors(options);
    }

    private static ExportFormat FormatOf(string path) => path.EndsWith(OnnxExtension, StringComparison.Ordinal) ? ExportFormat.Onnx
        : path.EndsWith(SafetensorsExtension, StringComparison.Ordinal) ? ExportFormat.Safetensors
        : throw new WeightsException($"--out {path} ends neither in {SafetensorsExtension} nor in {OnnxExtension}: give such a name, or --format");

    private static List<string> ToSafetensors(ExportOptions options)
    {
        if (options.Features is not null || options.Normalizes)
            throw new WeightsException($"{(options.Normalizes ? "--normalize" : "--features")} is about the graph that an ONNX file holds, safetensors holds weights alone: leave it out, or give --format onnx");
        using var source = ExportSource.Open(options.Source);
        int count = EncoderFile.Save(new PhysicalFileSystem(), options.Out, source.Description, source.Options, source.Read);
        List<string> lines = [$"{options.Out}: {count} tensors of {source.Description.Names.Architecture}, {ParametersOf(source)}"];
        lines.Add(source.Description.Timm is { } timm ? $"in timm: create_model('{timm.Architecture}') with {timm.ArgumentsJson}" : "timm has no such network; the names are those of its nearest");
        return lines;
    }

    private static List<string> ToOnnx(ExportOptions options)
    {
        ExportFeatures features = options.Features ?? ExportFeatures.Pooled;
        using var source = features == ExportFeatures.Head ? ExportSource.OpenWithHead(options.Source) : ExportSource.Open(options.Source);
        OnnxModel model = ModelOf(source, features, options.Normalizes);
        try
        {
            IEnumerable<ReadOnlyMemory<byte>> parts = OnnxFile.Parts(model);
            AtomicFiles.Write(new PhysicalFileSystem(), options.Out, file =>
            {
                foreach (ReadOnlyMemory<byte> part in parts) file.Write(part.Span);
            });
        }
        catch (OnnxException error)
        {
            throw new WeightsException(error.Message, error);
        }
        return
        [
            $"{options.Out}: ONNX, opset {OnnxModel.Opset}, {source.Description.Names.Architecture}, {ParametersOf(source)}",
            .. model.Inputs.Select(input => $"takes {input.Name} {TextOf(input)}: {model.Info.Metadata["input"]}"),
            .. model.Outputs.Select(output => $"gives {output.Name} {TextOf(output)}"),
        ];
    }

    /// <summary>An encoder as an ONNX model, with what it wants to see in its metadata.</summary>
    internal static OnnxModel ModelOf(ExportSource source, ExportFeatures features, bool normalizes)
    {
        var graph = new EncoderGraph(source, features, normalizes);
        ImagePreprocessing preprocessing = source.Description.Preprocessing;
        string input = normalizes ? "RGB in [0, 1]"
            : $"RGB in [0, 1], minus {string.Join(" ", preprocessing.Mean)}, divided by {string.Join(" ", preprocessing.StandardDeviation)}";
        var metadata = new Dictionary<string, string>(source.Description.ToMetadata()) { ["input"] = input };
        string version = typeof(EncoderExport).Assembly.GetName().Version?.ToString(3) ?? "";
        try
        {
            return OnnxExport.ForAnyBatch(graph.Describe, tensor => MemoryMarshal.AsBytes<float>(source.Read(tensor.Name)).ToArray(), new OnnxModelInfo("encoder", version, metadata));
        }
        catch (OnnxException error)
        {
            throw new WeightsException(error.Message, error);
        }
    }

    private static string TextOf(OnnxValue value) => $"[{string.Join(", ", value.Axes)}]";

    private static string ParametersOf(ExportSource source) => $"{source.Trunk.Parameters.Count:N0} parameters";
}
