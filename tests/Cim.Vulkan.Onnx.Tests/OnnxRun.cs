using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cim.Vulkan.Graph;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Cim.Vulkan.Onnx.Tests;

/// <summary>A model in ONNX Runtime, from the bytes of its file.</summary>
internal sealed class OnnxRun : IDisposable
{
    private readonly InferenceSession _session;

    public OnnxRun(OnnxModel model)
    {
        using var file = new MemoryStream();
        foreach (ReadOnlyMemory<byte> part in OnnxFile.Parts(model)) file.Write(part.Span);
        using var options = new SessionOptions { IntraOpNumThreads = 2, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(file.ToArray(), options);
    }

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    /// <summary>The outputs in their order.</summary>
    public double[][] Run(params NamedOnnxValue[] inputs)
    {
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = _session.Run(inputs);
        return [.. results.Select(ToDoubles)];
    }

    public static NamedOnnxValue Input(string name, Shape shape, float[] values) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, [.. shape.ToList()]));

    public static NamedOnnxValue Input(string name, Shape shape, int[] values) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<int>(values, [.. shape.ToList()]));

    public void Dispose() => _session.Dispose();

    private static double[] ToDoubles(DisposableNamedOnnxValue value) => value.ElementType == TensorElementType.Float
        ? [.. value.AsEnumerable<float>().Select(number => (double)number)]
        : [.. value.AsEnumerable<int>().Select(number => (double)number)];
}
