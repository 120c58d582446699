using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Cim.Vulkan.Onnx;

/// <summary>
/// Models as ONNX's files have them: the messages of its public <c>onnx.proto</c>, whose field numbers are the constants here. A file is written
/// piece by piece, so that one weight at a time is in memory.
/// </summary>
public static class OnnxFile
{
    private const int IrVersionValue = 8;
    private const string Producer = "cim";

    // ModelProto, OperatorSetIdProto, StringStringEntryProto
    private const int ModelIrVersion = 1, ModelProducer = 2, ModelProducerVersion = 3, ModelGraph = 7, ModelOpset = 8, ModelMetadata = 14, OpsetVersion = 2, EntryKey = 1, EntryValue = 2;

    // GraphProto, NodeProto
    private const int GraphNode = 1, GraphName = 2, GraphTensor = 5, GraphInput = 11, GraphOutput = 12, NodeInput = 1, NodeOutput = 2, NodeName = 3, NodeOperator = 4, NodeAttribute = 5;

    // AttributeProto and its AttributeType
    private const int AttributeName = 1, AttributeFloat = 2, AttributeInteger = 3, AttributeText = 4, AttributeIntegers = 8, AttributeType = 20;
    private const int TypeFloat = 1, TypeInteger = 2, TypeText = 3, TypeIntegers = 7;

    // TensorProto, ValueInfoProto, TypeProto, TensorShapeProto
    private const int TensorExtent = 1, TensorType = 2, TensorName = 8, TensorBytes = 9, ValueName = 1, ValueType = 2, TypeTensor = 1, TensorElementType = 1, TensorShape = 2, ShapeAxis = 1, AxisLength = 1, AxisName = 2;

    /// <summary>The file's bytes in their order; weights are read as their turn comes.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="OnnxException">The file would be over 2 GiB, which protobuf cannot hold.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Parts(OnnxModel model)
    {
        ReadOnlyMemory<byte> graph = ProtoMessage.Of(message => WriteGraph(message, model));
        ReadOnlyMemory<byte>[] heads = [.. model.Tensors.Select(HeadOf)];
        long length = graph.Length + heads.Zip(model.Tensors, (head, tensor) => head.Length + tensor.SizeBytes).Sum();
        ReadOnlyMemory<byte> start = ProtoMessage.Of(message => WriteStart(message, model, length));
        if (start.Length + length > int.MaxValue)
            throw new OnnxException($"the model takes {(start.Length + length) / (double)(1 << 30):0.0} GiB, an ONNX file holds at most 2: export a smaller network, or take safetensors");
        return Written();

        IEnumerable<ReadOnlyMemory<byte>> Written()
        {
            yield return start;
            yield return graph;
            for (int i = 0; i < heads.Length; i++)
            {
                yield return heads[i];
                yield return Checked(model.Tensors[i]);
            }
        }
    }

    /// <summary>A node's bytes: equal nodes have equal ones.</summary>
    internal static ReadOnlyMemory<byte> BytesOf(OnnxNode node) => ProtoMessage.Of(message => WriteNode(message, node));

    private static ReadOnlyMemory<byte> Checked(OnnxTensor tensor)
    {
        ReadOnlyMemory<byte> bytes = tensor.Bytes();
        return bytes.Length == tensor.SizeBytes ? bytes : throw new ArgumentException($"onnx: {tensor.Name} of shape [{string.Join(", ", tensor.Shape)}] needs {tensor.SizeBytes} bytes, got {bytes.Length}");
    }

    private static void WriteStart(ProtoMessage message, OnnxModel model, long graphBytes)
    {
        message.Integer(ModelIrVersion, IrVersionValue);
        message.Text(ModelProducer, Producer);
        message.Text(ModelProducerVersion, model.Info.ProducerVersion);
        message.Message(ModelOpset, opset => opset.Integer(OpsetVersion, OnnxModel.Opset));
        foreach ((string key, string value) in model.Info.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            message.Message(ModelMetadata, entry =>
            {
                entry.Text(EntryKey, key);
                entry.Text(EntryValue, value);
            });
        }
        message.Begin(ModelGraph, (int)Math.Min(graphBytes, int.MaxValue));
    }

    // All of a graph but its tensors, which follow: protobuf does not mind in which order fields come.
    private static void WriteGraph(ProtoMessage message, OnnxModel model)
    {
        foreach (OnnxNode node in model.Nodes) message.Message(GraphNode, inner => WriteNode(inner, node));
        message.Text(GraphName, model.Info.Name);
        foreach (OnnxValue input in model.Inputs) message.Message(GraphInput, inner => WriteValue(inner, input));
        foreach (OnnxValue output in model.Outputs) message.Message(GraphOutput, inner => WriteValue(inner, output));
    }

    private static void WriteNode(ProtoMessage message, OnnxNode node)
    {
        foreach (string input in node.Inputs) message.Text(NodeInput, input);
        foreach (string output in node.Outputs) message.Text(NodeOutput, output);
        message.Text(NodeName, node.Name);
        message.Text(NodeOperator, node.Operator);
        foreach (OnnxSetting attribute in node.Attributes) message.Message(NodeAttribute, inner => WriteAttribute(inner, attribute));
    }

    private static void WriteAttribute(ProtoMessage message, OnnxSetting attribute)
    {
        message.Text(AttributeName, attribute.Name);
        switch (attribute.Value)
        {
            case long integer:
                message.Integer(AttributeInteger, integer);
                message.Integer(AttributeType, TypeInteger);
                break;
            case float number:
                message.Float(AttributeFloat, number);
                message.Integer(AttributeType, TypeFloat);
                break;
            case string text:
                message.Bytes(AttributeText, Encoding.UTF8.GetBytes(text));
                message.Integer(AttributeType, TypeText);
                break;
            case long[] integers:
                foreach (long integer in integers) message.Integer(AttributeIntegers, integer);
                message.Integer(AttributeType, TypeIntegers);
                break;
            default:
                throw new ArgumentException($"onnx: attribute {attribute.Name} is of the type {attribute.Value.GetType()}", nameof(attribute));
        }
    }

    private static void WriteValue(ProtoMessage message, OnnxValue value)
    {
        message.Text(ValueName, value.Name);
        message.Message(ValueType, type => type.Message(TypeTensor, tensor =>
        {
            tensor.Integer(TensorElementType, (long)value.Type);
            tensor.Message(TensorShape, shape =>
            {
                foreach (Axis axis in value.Axes) shape.Message(ShapeAxis, inner => WriteAxis(inner, axis));
            });
        }));
    }

    private static void WriteAxis(ProtoMessage message, Axis axis)
    {
        if (!axis.IsOpen) message.Integer(AxisLength, axis.Length);
        else message.Text(AxisName, axis.ToString());
    }

    // A tensor's field up to where its values begin.
    private static ReadOnlyMemory<byte> HeadOf(OnnxTensor tensor)
    {
        int size = (int)Math.Min(tensor.SizeBytes, int.MaxValue);
        ReadOnlyMemory<byte> fields = ProtoMessage.Of(message =>
        {
            foreach (long extent in tensor.Shape) message.Integer(TensorExtent, extent);
            message.Integer(TensorType, (long)tensor.Type);
            message.Text(TensorName, tensor.Name);
            message.Begin(TensorBytes, size);
        });
        ReadOnlyMemory<byte> tag = ProtoMessage.Of(message => message.Begin(GraphTensor, (int)Math.Min(fields.Length + (long)size, int.MaxValue)));
        return new[] { tag, fields }.SelectMany(part => part.ToArray()).ToArray();
    }
}
