using System;
using System.Collections.Generic;
using System.Linq;
using Cim.Vulkan.Graph;

namespace Cim.Vulkan.Onnx;

/// <summary>A graph's ops, one after the other, in their ONNX forms.</summary>
internal sealed class GraphTranslation
{
    private readonly TensorGraph _graph;
    private readonly OpWriter _writer;
    private readonly Func<Tensor, ReadOnlyMemory<byte>> _read;
    private readonly HashSet<Tensor> _needed = [];
    private readonly Dictionary<(PersistentBuffer Buffer, long Offset, Shape Shape), string> _parameters = [];
    private readonly Dictionary<string, List<(string Name, byte[] Bytes, Shape Shape)>> _constants = new(StringComparer.Ordinal);

    private GraphTranslation(TensorGraph graph, TracedShapes shapes, Func<Tensor, ReadOnlyMemory<byte>> read)
    {
        (_graph, _writer, _read) = (graph, new OpWriter(shapes), read);
    }

    /// <summary>Translates what a graph's outputs need.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="shapes">Which of its axes are open.</param>
    /// <param name="read">Gives the values of a parameter when they are written.</param>
    /// <param name="info">What the file says of the model.</param>
    /// <exception cref="OnnxException">An op has no form.</exception>
    public static OnnxModel Of(TensorGraph graph, TracedShapes shapes, Func<Tensor, ReadOnlyMemory<byte>> read, OnnxModelInfo info) =>
        new GraphTranslation(graph, shapes, read).Run(info);

    // Numbers of a training step, which no op with a form reads.
    private Tensor? Scalars => _graph.HasScalars ? _graph.Scalars.Tensor : null;

    private OnnxModel Run(OnnxModelInfo info)
    {
        foreach (GraphOutput output in _graph.Outputs) _needed.Add(output.Tensor);
        List<Op> ops = [.. _graph.Ops.Reverse().Where(IsNeeded)];
        ops.Reverse();
        // What users name comes first, so that nothing else takes those names.
        foreach (GraphOutput output in _graph.Outputs) _writer.Claim(output.Name);
        OnnxValue[] inputs = [.. _graph.Inputs.Where(input => _needed.Contains(input) && input != Scalars).Select(Declare)];
        foreach (Op op in ops) Translate(op);
        OnnxValue[] outputs = [.. _graph.Outputs.Select(Finish)];
        return new OnnxModel(info, _writer.Nodes, _writer.Tensors, inputs, outputs);
    }

    private bool IsNeeded(Op op)
    {
        if (!op.Outputs.Any(_needed.Contains) && op.Mutated.Count == 0) return false;
        foreach (Tensor input in op is RecomputeOp ? op.Inputs.Take(1) : op.Inputs) _needed.Add(input);
        return true;
    }

    private OnnxValue Declare(Tensor input)
    {
        var value = new OnnxValue(_writer.Claim(input.Name), OnnxTypes.Of(input), _writer.ShapeOf(input));
        _writer[input] = value.Name;
        if (value.Axes.Count > 0 && value.Axes[0].PerImage == 1) _writer.CountPicturesBy(value.Name);
        return value;
    }

    private void Translate(Op op)
    {
        _writer.Begin(op);
        foreach (Tensor input in op.Inputs)
            if (input.Source == TensorSource.Persistent) _writer[input] = Parameter(input);
            else if (input.Source == TensorSource.Constant) _writer[input] = Constant(input);
        OnnxForms.Write(_writer, op);
    }

    private OnnxValue Finish(GraphOutput output)
    {
        if (output.Tensor.Source == TensorSource.Persistent) _writer[output.Tensor] = Parameter(output.Tensor);
        _writer.Rename(_writer[output.Tensor], output.Name);
        return new OnnxValue(output.Name, OnnxTypes.Of(output.Tensor), _writer.ShapeOf(output.Tensor));
    }

    private string Parameter(Tensor tensor)
    {
        var key = (tensor.Buffer!, tensor.BufferOffsetBytes, tensor.Shape);
        if (_parameters.TryGetValue(key, out string? known)) return known;
        return _parameters[key] = _writer.Tensor(tensor.Name, OnnxTypes.Of(tensor), Lengths(tensor), () => _read(tensor), isConstant: false);
    }

    // Every block of a network brings its own copy of what follows from the sizes.
    private string Constant(Tensor tensor)
    {
        if (_writer.ShapeOf(tensor).Any(axis => axis.IsOpen)) throw new OnnxException($"{tensor.Name}: a constant that grows with the number of pictures has no form in ONNX; export with a fixed number");
        byte[] bytes = tensor.ConstantBytes!;
        if (!_constants.TryGetValue(tensor.Name, out List<(string Name, byte[] Bytes, Shape Shape)>? same)) _constants.Add(tensor.Name, same = []);
        foreach ((string name, byte[] known, Shape shape) in same)
            if (shape == tensor.Shape && known.AsSpan().SequenceEqual(bytes)) return name;
        string added = _writer.Tensor(tensor.Name, OnnxTypes.Of(tensor), Lengths(tensor), () => bytes, isConstant: true);
        same.Add((added, bytes, tensor.Shape));
        return added;
    }

    private static long[] Lengths(Tensor tensor) => [.. tensor.Shape.ToList().Select(length => (long)length)];
}
