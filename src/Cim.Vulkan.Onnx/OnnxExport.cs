using System;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>
/// Graphs of inference as ONNX models, op by op: whatever network is described on symbolic tensors can be exported, as long as each of its ops has
/// a form in <see cref="OnnxForms"/>. Parameters keep their names.
/// </summary>
public static class OnnxExport
{
    // Numbers of pictures that no other axis is likely to be as long as. Nothing of such sizes is ever computed.
    private const int Batch = 101, OtherBatch = 103;

    /// <summary>A graph with the shapes that it has.</summary>
    /// <param name="graph">Described for inference, with its outputs named.</param>
    /// <param name="read">Gives the little-endian values of a parameter when the model is written.</param>
    /// <param name="info">What the file says of the model.</param>
    /// <exception cref="OnnxException">An op has no form.</exception>
    public static OnnxModel Of(TensorGraph graph, Func<Tensor, ReadOnlyMemory<byte>> read, OnnxModelInfo info) => GraphTranslation.Of(graph, new TracedShapes(), read, info);

    /// <summary>A network for any number of pictures: it is described for two numbers, and what differs between both is what is open.</summary>
    /// <param name="describe">Describes the network for a number of pictures; called twice.</param>
    /// <param name="read">Gives the little-endian values of a parameter when the model is written.</param>
    /// <param name="info">What the file says of the model.</param>
    /// <exception cref="OnnxException">An op has no form, or the result depends on the number of pictures.</exception>
    public static OnnxModel ForAnyBatch(Func<int, TensorGraph> describe, Func<Tensor, ReadOnlyMemory<byte>> read, OnnxModelInfo info)
    {
        ArgumentNullException.ThrowIfNull(describe);
        TensorGraph graph = describe(Batch), other = describe(OtherBatch);
        OnnxModel model = GraphTranslation.Of(graph, new TracedShapes(Batch, other, OtherBatch), read, info);
        OnnxModel again = GraphTranslation.Of(other, new TracedShapes(OtherBatch, graph, Batch), read, info);
        RequireEqual(model, again);
        return model;
    }

    // A factor of 1 / batch, say, would be right for one number of pictures and wrong for all others.
    private static void RequireEqual(OnnxModel model, OnnxModel again)
    {
        OnnxNode? differing = model.Nodes.Zip(again.Nodes).FirstOrDefault(pair => !OnnxFile.BytesOf(pair.First).Span.SequenceEqual(OnnxFile.BytesOf(pair.Second).Span)).First;
        string? constant = model.Tensors.Zip(again.Tensors).FirstOrDefault(pair => !IsEqual(pair.First, pair.Second)).First?.Name;
        if (differing is null && constant is null && model.Nodes.Count == again.Nodes.Count && model.Tensors.Count == again.Tensors.Count) return;
        throw new OnnxException($"{constant ?? differing?.Name ?? "the graph"}: depends on the number of pictures; export with a fixed number");
    }

    private static bool IsEqual(OnnxTensor left, OnnxTensor right) =>
        left.Name == right.Name && left.Shape.SequenceEqual(right.Shape) && left.IsConstant == right.IsConstant && (!left.IsConstant || left.Bytes().Span.SequenceEqual(right.Bytes().Span));
}
