using System;
using System.Collections.Generic;

namespace Cim.Vulkan.Onnx;

/// <summary>A named constant of a node.</summary>
/// <param name="Name">As ONNX names it.</param>
/// <param name="Value">A long, a float, a string or longs.</param>
public sealed record OnnxSetting(string Name, object Value);

/// <summary>One operation of ONNX.</summary>
/// <param name="Name">Unique within the model.</param>
/// <param name="Operator">ONNX's name, such as <c>Gemm</c>.</param>
/// <param name="Inputs">Names of values.</param>
/// <param name="Outputs">Names of values.</param>
/// <param name="Attributes">Constants.</param>
public sealed record OnnxNode(string Name, string Operator, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyList<OnnxSetting> Attributes);

/// <summary>A tensor of fixed values: a weight, a shape, a number.</summary>
/// <param name="Name">Unique within the model.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents, outermost first.</param>
/// <param name="Bytes">Gives the values, little-endian; called when the model is written, so that one tensor at a time is in memory.</param>
/// <param name="IsConstant">Whether the values are of the graph itself, not trained ones.</param>
public sealed record OnnxTensor(string Name, OnnxType Type, IReadOnlyList<long> Shape, Func<ReadOnlyMemory<byte>> Bytes, bool IsConstant)
{
    /// <summary>Bytes that the values take.</summary>
    public long SizeBytes
    {
        get
        {
            long size = Type == OnnxType.Int64 ? sizeof(long) : sizeof(int);
            foreach (long extent in Shape) size = checked(size * extent);
            return size;
        }
    }
}

/// <summary>An input or an output of a model.</summary>
/// <param name="Name">Unique within the model.</param>
/// <param name="Type">Element type.</param>
/// <param name="Axes">Axes, outermost first.</param>
public sealed record OnnxValue(string Name, OnnxType Type, IReadOnlyList<Axis> Axes);

/// <summary>What a file says of its model beside the graph.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="ProducerVersion">Version of the program that writes it.</param>
/// <param name="Metadata">Free text under names.</param>
public sealed record OnnxModelInfo(string Name, string ProducerVersion, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A model as ONNX has it: nodes in an order in which they can be run, and the values that are fixed.</summary>
/// <param name="Info">What the file says of the model.</param>
/// <param name="Nodes">Operations.</param>
/// <param name="Tensors">Fixed values.</param>
/// <param name="Inputs">What the user gives.</param>
/// <param name="Outputs">What the user gets.</param>
public sealed record OnnxModel(
    OnnxModelInfo Info, IReadOnlyList<OnnxNode> Nodes, IReadOnlyList<OnnxTensor> Tensors, IReadOnlyList<OnnxValue> Inputs, IReadOnlyList<OnnxValue> Outputs)
{
    /// <summary>The version of ONNX's operators that all nodes are of.</summary>
    public const int Opset = 17;

    /// <summary>Name of the axis of any length.</summary>
    public const string BatchName = "batch";
}
